class Meta(type):
    def __call__(cls, *args):
        instance = super().__call__(*args)
        instance.ready()
        return instance

class A(metaclass=Meta):
    def __init__(self):
        pass

    def ready(self):
        pass

A()
