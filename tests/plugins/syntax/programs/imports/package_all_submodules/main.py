from box import *

small.open_small()
large.open_large()
helper()
