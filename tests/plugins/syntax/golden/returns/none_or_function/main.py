def a():
    pass

def find(x):
    if x:
        return a

f = find(1)
if f:
    f()
