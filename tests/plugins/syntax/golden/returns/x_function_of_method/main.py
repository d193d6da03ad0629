class A:
    def pick(self, n):
        if n:
            return self.one
        return two

    def one(self):
        pass

def two():
    pass

A().pick(1)()
A().pick(0)()
