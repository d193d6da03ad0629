def greet(name):
    return "hi " + name


def invoke(fn, arg):
    return fn(arg)


def invoke_with(caller, fn, arg):
    return caller(fn, arg)


def twice(fn, arg):
    return fn(fn(arg))


assert invoke_with(invoke, greet, "bo") == "hi bo"
assert invoke_with(twice, greet, "al") == "hi hi al"
