def a():
    return 1


def b():
    return 2


class Box:
    pass


box = Box()
box.f, other = a, b
box.f()
other()
d = {}
d["x"], d["y"] = a, b
d["x"]()
d["y"]()
(p, q), r = (a, b), a
q()
r()
s = t = b
s()
t()
p, q = q, p
q()
*head, tail = (a, b)
head[0]()
tail()
u: object = a
u()
u = b
u()
