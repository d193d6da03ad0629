import shapes
from shapes import circle

circle()
shapes.circle()
shapes.area()
