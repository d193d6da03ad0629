def a():
    return 1


def b():
    return 2


def steps():
    yield a
    yield from more()


def more():
    yield b


for step in steps():
    step()
iterator = steps()
next(iterator)()
[f() for f in more()]
{f(): 1 for f in (a,)}


def coroutine():
    while True:
        f = yield
        if f is None:
            return
        f()


def sent():
    return 3


c = coroutine()
next(c)
c.send(sent)
