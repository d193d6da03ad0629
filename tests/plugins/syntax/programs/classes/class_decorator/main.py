def add_repr(cls):
    cls.show = show
    return cls


def show(self):
    return self.name()


@add_repr
class Item:
    def name(self):
        return "item"


def wrap(cls):
    class Wrapped(cls):
        def run(self):
            return super().run()

    return Wrapped


@wrap
class Job:
    def run(self):
        return 1


Item().show()
Job().run()
