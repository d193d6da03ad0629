def a():
    return 1


def b():
    return 2


calls = []
calls.append(a)
calls.append(b)
calls[0]()
calls.pop()()
