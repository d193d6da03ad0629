class A:
    def run(self):
        pass

def fast():
    pass

a = A()
a.run = fast
a.run()
