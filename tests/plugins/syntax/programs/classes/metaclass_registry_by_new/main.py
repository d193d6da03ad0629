class Meta(type):
    registry = {}

    def __new__(mcs, name, bases, ns):
        cls = super().__new__(mcs, name, bases, ns)
        mcs.add(name, cls)
        return cls

    @classmethod
    def add(mcs, name, cls):
        mcs.registry[name] = cls

    def create(cls):
        return cls()


class Base(metaclass=Meta):
    def hello(self):
        return 1


class Child(Base):
    def hello(self):
        return 2


def main():
    Child.create().hello()
    for cls in Meta.registry.values():
        cls().hello()


main()
