class Model:
    table = "model"

    @classmethod
    def create(cls, *args):
        cls.check()
        return cls(*args)

    @classmethod
    def check(cls):
        return cls.table_name()

    @staticmethod
    def table_name():
        # Both subclasses have their own.
        return "model"


class User(Model):
    def __init__(self, name):
        self.name = name

    @staticmethod
    def table_name():
        return "users"


class Tag(Model):
    @classmethod
    def check(cls):
        return super().check() + "!"

    @staticmethod
    def table_name():
        return "tags"


assert User.create("bo").name == "bo"
assert isinstance(Tag.create(), Tag)
assert Tag.check() == "tags!"
