def a():
    return 1


def b():
    return 2


chosen = {a}
rest = {b: "b"}
for f in chosen:
    f()
for f in rest:
    f()
index = {"a": [a], "b": [b]}
index["a"][0]()
