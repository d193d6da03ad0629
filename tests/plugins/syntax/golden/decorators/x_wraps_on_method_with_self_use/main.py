import functools

def guard(method):
    @functools.wraps(method)
    def wrapper(self, *args, **kwargs):
        self.check()
        return method(self, *args, **kwargs)
    return wrapper

class A:
    def check(self):
        pass

    @guard
    def run(self, f):
        f()

def w():
    pass

A().run(w)
