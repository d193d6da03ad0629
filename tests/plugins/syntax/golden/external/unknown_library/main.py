import unknown_lib
from unknown_lib.sub import thing

def f():
    unknown_lib.run()
    thing.go().and_more()
    thing()
