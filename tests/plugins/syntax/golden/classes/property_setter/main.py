class A:
    @property
    def value(self):
        return 1

    @value.setter
    def value(self, new):
        self.check(new)

    def check(self, new):
        pass

a = A()
a.value = 2
