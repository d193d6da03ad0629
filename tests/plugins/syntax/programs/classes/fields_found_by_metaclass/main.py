class Field:
    def __init__(self, default=None):
        self.default = default

    def clean(self, value):
        return value

    def __set_name__(self, owner, name):
        self.name = name


class IntField(Field):
    def clean(self, value):
        return int(value)


class ModelMeta(type):
    def __new__(mcs, name, bases, attrs):
        fields = {k: v for k, v in attrs.items() if isinstance(v, Field)}
        attrs["_fields"] = fields
        return super().__new__(mcs, name, bases, attrs)


class Model(metaclass=ModelMeta):
    def __init__(self, **kwargs):
        for name, field in self._fields.items():
            setattr(self, name, field.clean(kwargs.get(name, field.default)))


class User(Model):
    name = Field("x")
    age = IntField(3)

    def label(self):
        return f"{self.name} {self.age}"


User(name="a").label()
