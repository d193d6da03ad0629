class Meta(type):
    def __getitem__(cls, name):
        return cls.make()

class Thing(metaclass=Meta):
    @classmethod
    def make(cls):
        return Other()

class Other:
    def act(self):
        pass

Thing["a"].act()
