from facade import *

one()
two()
