def first(items):
    return items[0]


def last(items):
    return items[-1]


def wrap(value):
    return [value]


class A:
    def run(self):
        return 1


class B:
    def run(self):
        return 2


def use_a():
    return first([A()]).run()


def use_b():
    return first([B()]).run()


def use_wrapped():
    return wrap(A())[0].run()


use_a()
use_b()
use_wrapped()
last([B()]).run()
