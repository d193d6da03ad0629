import one as uno
from one import f as g

h = uno.f
h()
g()
