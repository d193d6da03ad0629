class Meta(type):
    registry = {}

    def __new__(mcls, name, bases, namespace):
        cls = super().__new__(mcls, name, bases, namespace)
        mcls.register(name, cls)
        return cls

    def __init__(cls, name, bases, namespace):
        super().__init__(name, bases, namespace)
        cls.prepare_class()

    @classmethod
    def register(mcls, name, cls):
        mcls.registry[name] = cls

    def prepare_class(cls):
        return cls.__name__

    def __getitem__(cls, name):
        return cls.registry[name]


class Base(metaclass=Meta):
    def act(self):
        return 1


class Child(Base):
    def act(self):
        return 2


Meta.registry["Child"]().act()
Base["Base"]().act()
