def old():
    return 1


def new():
    return 2


def other():
    return 3


table = {}
table["a"] = old
table["b"] = other
table["a"] = new
table["a"]()
table["b"]()
merged = {**{"a": old}, "c": other}
merged["c"]()
