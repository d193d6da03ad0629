import functools

class log:
    def __init__(self, f):
        self.f = f

    def __call__(self, *a):
        return self.f(*a)

    def __get__(self, obj, owner):
        return functools.partial(self.__call__, obj)

class A:
    @log
    def run(self):
        self.step()

    def step(self):
        pass

A().run()
