class A:
    def __enter__(self):
        return self

    def __exit__(self, *x):
        pass

    def go(self):
        pass

class B:
    def __enter__(self):
        return A()

    def __exit__(self, *x):
        pass

def run():
    with A() as a, B() as b:
        a.go()
        b.go()

run()
