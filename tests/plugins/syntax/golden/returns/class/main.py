def make():
    return A

class A:
    def __init__(self):
        pass

    @classmethod
    def build(cls):
        return cls()

make()()
make().build()
