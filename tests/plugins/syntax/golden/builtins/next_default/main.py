def gen():
    yield 1

next(gen(), None)
