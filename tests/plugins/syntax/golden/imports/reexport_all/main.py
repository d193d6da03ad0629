from pkg import *

visible()
