import sys

def one():
    pass

def two():
    pass

f = one if sys.argv else two
f()
