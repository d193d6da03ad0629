class A:
    pass

class B:
    def run(self):
        pass

a = A()
a.b = B()
a.b.run()
