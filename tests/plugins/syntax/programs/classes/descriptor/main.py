class Typed:
    def __set_name__(self, owner, name):
        self.name = name

    def __get__(self, instance, owner):
        return self.read(instance)

    def __set__(self, instance, value):
        self.check(value)
        instance.__dict__[self.name] = value

    def read(self, instance):
        return instance.__dict__.get(self.name)

    def check(self, value):
        return True


class Person:
    name = Typed()

    def __init__(self):
        self.name = "x"


Person().name
