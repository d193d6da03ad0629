def tagged(*classes, path=None):
    def decorate(cls):
        cls.path = path
        return cls

    if not classes:
        return decorate
    return decorate(*classes)

@tagged
class Validator:
    def __call__(self):
        pass

@tagged(path="x")
class Field:
    def run(self):
        pass

Validator()()
Field().run()
