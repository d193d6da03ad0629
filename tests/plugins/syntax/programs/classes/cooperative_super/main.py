class Base:
    def __init__(self, **kwargs):
        self.finish()

    def finish(self):
        return "base"

    def describe(self):
        return ["base"]


class Logged(Base):
    def __init__(self, *, log=None, **kwargs):
        super().__init__(**kwargs)
        self.log = log

    def describe(self):
        return super().describe() + ["logged"]


class Timed(Base):
    def __init__(self, *, clock=None, **kwargs):
        super().__init__(**kwargs)
        self.clock = clock

    def describe(self):
        self.clock()
        return super().describe() + ["timed"]


class Job(Logged, Timed):
    def finish(self):
        return "job"


def tick():
    return 0


Job(log=None, clock=tick).describe()
