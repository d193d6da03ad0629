from one import *
from two import *

shared()
only_one()
only_two()
