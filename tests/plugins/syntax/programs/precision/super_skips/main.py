class A:
    def go(self):
        return "A"


class B(A):
    def go(self):
        return "B" + super().go()


class C(B):
    def go(self):
        return "C" + super(B, self).go()


class D(C):
    pass


D().go()


class X:
    def run(self):
        return 1


class Y(X):
    def run(self):
        return 2


class Z(Y):
    def run(self):
        return X.run(self)


Z().run()
