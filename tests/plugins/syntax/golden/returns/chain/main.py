class A:
    def b(self):
        return B()

class B:
    def c(self):
        return C()

class C:
    def work(self):
        pass

A().b().c().work()
