def a():
    pass


def b():
    pass


waiting = [a, b]
while waiting:
    waiting.pop(0)()
