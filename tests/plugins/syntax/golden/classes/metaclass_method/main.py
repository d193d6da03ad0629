class Meta(type):
    def describe(cls):
        pass

class A(metaclass=Meta):
    pass

A.describe()
