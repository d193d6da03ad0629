from .b import *
from .b.c import Thing
