def helper():
    return 1


def other():
    return 2


eval("helper()")
exec("other()")
f = eval("helper")
f()
