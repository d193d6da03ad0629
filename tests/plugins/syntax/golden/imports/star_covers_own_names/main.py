def act():
    pass

def kept():
    pass

act()
from library import *

act()
kept()
