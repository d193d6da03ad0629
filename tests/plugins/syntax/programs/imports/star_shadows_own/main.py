def act():
    return "own"


act()
from lib import *

act()
only()
