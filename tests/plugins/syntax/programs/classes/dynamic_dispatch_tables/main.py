class Calculator:
    def __init__(self):
        self.table = {"+": self.add, "-": self.subtract}

    commands = {}

    def command(name, commands=commands):
        def wrap(function):
            commands[name] = function
            return function

        return wrap

    @command("add")
    def add(self, a=1, b=2):
        return a + b

    @command("sub")
    def subtract(self, a=1, b=2):
        return a - b

    def run(self, op):
        return self.table[op](1, 2)

    def run_command(self, name):
        return self.commands[name](self)


Calculator().run("+")
Calculator().run("-")
Calculator().run_command("add")
Calculator().run_command("sub")
