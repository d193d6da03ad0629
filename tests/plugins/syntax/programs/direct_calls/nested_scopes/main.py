def helper():
    return "module"


def outer():
    def helper():
        return "outer"

    def inner():
        return helper()

    return inner() + "/" + other()


def other():
    return helper()


def make():
    def deep():
        def deeper():
            return "deep"
        return deeper()
    return deep()


assert outer() == "outer/module"
assert make() == "deep"
