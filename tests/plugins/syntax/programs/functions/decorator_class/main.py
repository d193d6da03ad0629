class Count:
    def __init__(self, function):
        self.function = function
        self.n = 0

    def __call__(self, *args):
        self.bump()
        return self.function(*args)

    def bump(self):
        self.n += 1


@Count
def greet(name):
    return name


greet("x")


class Option:
    def __init__(self, n):
        self.n = n

    def __call__(self, function):
        def run():
            return function()

        return run


@Option(3)
def job():
    return 1


job()
