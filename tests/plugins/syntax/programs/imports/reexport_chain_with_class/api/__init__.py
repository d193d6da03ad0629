from .v2 import *
