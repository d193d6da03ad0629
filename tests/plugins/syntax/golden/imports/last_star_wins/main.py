from one import *
from two import *
try:
    from three import *
except ImportError:
    from four import *

shared()
only()
maybe()
