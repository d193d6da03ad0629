class A:
    def run(self):
        pass

a = A()
a.run()
