class A:
    def first(self):
        return self.second

    def second(self):
        pass

A().first()()
