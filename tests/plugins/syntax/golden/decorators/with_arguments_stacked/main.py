def repeat(n):
    def deco(f):
        def inner(*a):
            return f(*a)
        return inner
    return deco

def plain(f):
    def inner2(*a):
        return f(*a)
    return inner2

@repeat(2)
@plain
def work():
    pass

work()
