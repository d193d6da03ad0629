from one import *

work()
