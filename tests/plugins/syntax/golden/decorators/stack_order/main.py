def first(f):
    def a():
        return f()
    return a

def second(f):
    def b():
        return f()
    return b

@first
@second
def work():
    pass

work()
