class A:
    def make(x):
        return x

    value = make(1)

    @staticmethod
    def late():
        return A.value

A.late()
