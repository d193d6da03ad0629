def read(self):
    return self.compute()

def write(self, value):
    self.check(value)
    value()

def given():
    pass

class Thing:
    value = property(read, write)

    def compute(self):
        pass

    def check(self, value):
        pass

thing = Thing()
thing.value
thing.value = given
