def head():
    return "head"


def body():
    return "body"


def legs():
    return "legs"


def tail():
    return "tail"


def ignored():
    # Lands in the underscore name.
    return "ignored"


one, *middle, last = [head, body, legs, tail]
assert one() == "head"
assert middle[1]() == "legs"
assert last() == "tail"

(x, _), [y] = (body, ignored), [head]
assert x() + y() == "bodyhead"
