class A:
    def run(self):
        pass

a = A()
type(a)().run()
