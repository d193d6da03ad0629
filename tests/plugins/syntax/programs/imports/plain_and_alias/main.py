import geometry
import geometry as geo
from geometry import perimeter as rim
from geometry import area

assert geometry.area(2, 3) == 6
assert geo.diagonal_squared(3, 4) == 25
assert rim(1, 2) == 6
assert area(1, 1) == 1
