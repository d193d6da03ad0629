def a():
    stack.append(b)

def b():
    pass

stack = [a]
while stack:
    stack.pop()()
