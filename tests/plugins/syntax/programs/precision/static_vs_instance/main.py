class A:
    @staticmethod
    def build():
        return A()

    def use(self):
        return 1


class B:
    @classmethod
    def build(cls):
        return cls()

    def use(self):
        return 2


class C(B):
    def use(self):
        return 3


A.build().use()
C.build().use()
