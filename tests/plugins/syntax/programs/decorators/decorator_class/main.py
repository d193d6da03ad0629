class CountCalls:
    def __init__(self, fn):
        self.fn = fn
        self.count = 0

    def __call__(self, *args):
        self.bump()
        return self.fn(*args)

    def bump(self):
        self.count += 1

    def reset(self):
        self.count = 0


@CountCalls
def hello(name):
    return "hello " + name


assert hello("a") == "hello a"
hello("b")
assert hello.count == 2
hello.reset()
assert hello.count == 0
