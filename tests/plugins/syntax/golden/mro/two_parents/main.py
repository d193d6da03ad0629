class A:
    def first(self):
        pass

    def both(self):
        pass

class B:
    def second(self):
        pass

    def both(self):
        pass

class C(A, B):
    pass

c = C()
c.first()
c.second()
c.both()
