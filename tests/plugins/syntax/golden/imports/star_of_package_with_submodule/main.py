from pkg import *

tools.work()
