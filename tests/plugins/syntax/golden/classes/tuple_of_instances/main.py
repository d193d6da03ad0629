class A:
    def run(self):
        pass

class B:
    def run(self):
        pass

a, b = A(), B()
b.run()
