from tools import *

work()
other()
