def red():
    return "r"


def green():
    return "g"


def blue():
    return "b"


def dark_blue():
    return "B"


warm = {"r": red}
cold = {"g": green, "b": blue}
palette = {**warm, **cold}
night = palette | {"b": dark_blue}
assert palette["r"]() + palette["g"]() == "rg"
assert night["b"]() == "B"
warm |= {"b": night["b"]}
assert warm["b"]() == "B"
