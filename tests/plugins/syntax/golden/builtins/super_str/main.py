class A:
    def __str__(self):
        return "a"

class B(A):
    def __str__(self):
        return super().__str__() + "b"

str(B())
