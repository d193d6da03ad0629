class A:
    def m(self):
        pass

x = A()
type(x).m(x)
