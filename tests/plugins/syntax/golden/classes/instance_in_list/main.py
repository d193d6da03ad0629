class A:
    def m(self):
        pass

class B(A):
    def m(self):
        pass

for x in [A(), B()]:
    x.m()
