class Registry:
    def __init__(self):
        self.checks = []

    def register(self, check=None, *tags):
        def inner(check):
            self.checks.append(check)
            return check

        if callable(check):
            return inner(check)
        return inner

    def run(self):
        for check in self.checks:
            check()

registry = Registry()
register = registry.register

@register("a")
def one():
    pass

@register("b")
def two():
    pass

def three():
    pass

register(three, "c")

def use():
    one()

use()
registry.run()
