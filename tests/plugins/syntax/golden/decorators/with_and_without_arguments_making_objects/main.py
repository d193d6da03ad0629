class Command:
    def __init__(self, function):
        self.function = function

    def __call__(self):
        self.function()


def command(function=None):
    def decorator(inner):
        return Command(inner)

    if function is not None:
        return decorator(function)
    return decorator


@command
def first():
    pass


@command()
def second():
    pass


first()
second()
