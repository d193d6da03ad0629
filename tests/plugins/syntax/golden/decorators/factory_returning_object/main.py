class Marker:
    def __init__(self, name):
        self.name = name

    def __call__(self, function):
        return function


def mark(name):
    def check():
        return len(name)

    check()
    return Marker(name)


@mark("slow")
def work():
    pass


work()
