def log(f):
    def wrapper(self, *args):
        return f(self, *args)
    return wrapper

class A:
    @log
    def run(self):
        self.step()

    def step(self):
        pass

A().run()
