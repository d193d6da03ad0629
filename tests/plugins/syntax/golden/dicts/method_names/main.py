class A:
    def x(self):
        pass

    def y(self):
        pass

a = A()
table = {"x": a.x, "y": a.y}
for name in ("x", "y"):
    table[name]()
