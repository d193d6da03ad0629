def helper():
    return "global"


def outer():
    def helper():
        return "local"

    def inner():
        return helper()

    return inner()


def parameter(helper):
    return helper()


outer()
parameter(int)
helper()


class Scope:
    def helper(self):
        return 1

    def call(self):
        return helper()


Scope().call()
