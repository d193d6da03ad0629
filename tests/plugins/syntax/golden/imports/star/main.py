from tools import *

work()
