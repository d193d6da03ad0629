def replacement():
    pass

def swap(function):
    return replacement

@swap
def work():
    pass

work()
