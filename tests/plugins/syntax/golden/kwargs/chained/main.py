def one():
    pass

def second(g):
    g()

def first(f):
    second(g=f)

first(f=one)
