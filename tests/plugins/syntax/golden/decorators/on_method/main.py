def log(function):
    def wrapper(self):
        function(self)
    return wrapper

class A:
    @log
    def run(self):
        self.step()

    def step(self):
        pass

A().run()
