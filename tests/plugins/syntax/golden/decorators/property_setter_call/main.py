class T:
    def __init__(self):
        self._v = 0

    @property
    def v(self):
        return self._v

    @v.setter
    def v(self, x):
        self.check(x)
        self._v = x

    def check(self, x):
        pass

t = T()
t.v = 3
