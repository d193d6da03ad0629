from deco import trace

@trace
def work():
    pass

work()
