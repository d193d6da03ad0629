def a():
    return 1


def b():
    return 2


def c():
    return 3


stack = [a]
stack.append(b)
stack.pop()()
stack[0]()
queue = [a, b]
queue.insert(0, c)
first = queue[0]
first()
matrix = [[a, b], [c]]
matrix[0][1]()
for row in matrix:
    for f in row:
        f()
copy = list(stack)
copy[0]()
sliced = [a, b, c][1:]
sliced[0]()
sliced[1]()
x, y = sliced
y()
joined = [*stack, *sliced]
for f in joined:
    f()
