class Worker:
    def __init__(self, name):
        self.name = name

    def work(self, x):
        return self.finish(x)

    def finish(self, x):
        return x

    @classmethod
    def spawn(cls, name):
        return cls(name)

    @staticmethod
    def idle(x):
        return x


def apply(function, x):
    return function(x)


apply(Worker("a").work, 1)
apply(Worker.spawn, "b").work(2)
apply(Worker.idle, 3)
apply(Worker, "c").finish(1)
for worker in map(Worker, "ab"):
    worker.work(1)
