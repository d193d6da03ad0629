def serialize(self):
    return 1


def plain():
    return 2


class Model:
    handler = serialize
    static = staticmethod(plain)


class Sub(Model):
    def handler(self):
        return super().handler()


Model().handler()
Sub().handler()
Sub.static()
