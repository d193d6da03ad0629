def a():
    return a

def b():
    return b

[a, b][0]()
{"x": b}["x"]()
(a if a else b)()
(lambda: a)()()
