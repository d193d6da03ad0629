class A:
    def one(self):
        pass

    def two(self):
        pass

    def steps(self):
        return [self.one, self.two]

for s in A().steps():
    s()
