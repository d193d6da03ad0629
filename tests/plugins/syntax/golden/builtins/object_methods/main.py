class A:
    def __eq__(self, other):
        return self.key() == other.key()

    def key(self):
        return 1

A() == A()
