def make_class(greeting_function):
    class Greeter:
        def greet(self, name):
            return greeting_function(name)

    return Greeter


def pick_class(formal):
    if formal:
        return Formal
    return Casual


class Formal:
    def __init__(self):
        self.prefix = "Dr "

    def address(self, name):
        return self.prefix + name


class Casual:
    def address(self, name):
        # Casual is returned but only Formal's method is used.
        return name


def salute(name):
    return "hi " + name


Greeter = make_class(salute)
assert Greeter().greet("bo") == "hi bo"
assert pick_class(True)().address("bo") == "Dr bo"
assert pick_class(False) is Casual
