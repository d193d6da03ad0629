class A:
    @staticmethod
    def make():
        return A()

    @property
    def name(self):
        return "a"

class B(A):
    @property
    def name(self):
        return super().name + "b"

B().name
B.make()
