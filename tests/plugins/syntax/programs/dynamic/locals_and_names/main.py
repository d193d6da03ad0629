def one():
    return 1


def two():
    return 2


names = {"one": one, "two": two}
for name, function in names.items():
    globals()["call_" + name] = function


def run():
    local = one
    return locals()["local"]()


run()
eval("two")()
(one if names else two)()
(lambda f: f())(two)
[one, two][1]()
{"a": one}["a"]()
(one,)[0]()
