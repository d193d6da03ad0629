def a():
    pass

def gen():
    yield a

next(gen())()
next(iter([a]))()
