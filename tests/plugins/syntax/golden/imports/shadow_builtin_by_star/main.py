from lib import *

open()
print("x")
