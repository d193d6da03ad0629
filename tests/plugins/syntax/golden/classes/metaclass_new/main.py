class Meta(type):
    def __new__(mcs, name, bases, space):
        cls = super().__new__(mcs, name, bases, space)
        mcs.register(cls)
        return cls

    def register(cls):
        pass

class A(metaclass=Meta):
    pass
