def a():
    pass

def b():
    pass

fs = [a, b]
for i in range(2):
    fs[i]()
