class Group:
    def __init__(self):
        self.commands = {}

    def command(self, name=None):
        def deco(f):
            self.commands[name or f.__name__] = Command(f)
            return f
        return deco

    def main(self, args):
        self.commands[args[0]].invoke(args[1:])

class Command:
    def __init__(self, f):
        self.f = f

    def invoke(self, args):
        return self.f(*args)

cli = Group()

@cli.command("go")
def go(x):
    helper(x)

def helper(x):
    pass

cli.main(["go", "x"])
