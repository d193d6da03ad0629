def named(name):
    def wrap(cls):
        cls.label = name
        return cls
    return wrap

@named("x")
class A:
    def run(self):
        pass

A().run()
