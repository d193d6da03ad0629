class Meta(type):
    def __init__(cls, name, bases, namespace):
        pass


class Base(metaclass=Meta):
    pass


def work():
    class Local(Base):
        pass


work()
