def make(f):
    def inner():
        return f()

    return inner


def a():
    return 1


def b():
    return 2


make(a)()
make(b)()
