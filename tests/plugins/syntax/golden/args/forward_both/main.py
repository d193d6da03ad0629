def call(function, *args, **kwargs):
    return function(*args, **kwargs)

def work(action, *, after):
    action()
    after()

def one():
    pass

def two():
    pass

call(work, one, after=two)
