class Pipe:
    def __init__(self, steps=()):
        self.steps = list(steps)

    def __or__(self, step):
        return Pipe(self.steps + [step])

    def __rshift__(self, step):
        self.steps.append(step)
        return self

    def run(self, value):
        for step in self.steps:
            value = step(value)
        return value


def double(x):
    return x * 2


def negate(x):
    return -x


def halve(x):
    return x / 2


(Pipe() | double | negate).run(1)
(Pipe() >> halve).run(4)
