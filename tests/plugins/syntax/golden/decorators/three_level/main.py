def outer(level):
    def middle(f):
        def inner(*a, **k):
            log(level)
            return f(*a, **k)
        return inner
    return middle

def log(l):
    pass

@outer("info")
def work():
    pass

@outer("debug")
def rest():
    pass

work()
rest()
