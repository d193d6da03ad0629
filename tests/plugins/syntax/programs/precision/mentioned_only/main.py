def shown():
    return 1


def stored():
    return 2


def called():
    return 3


print(shown.__name__)
box = [stored]
assert len(box) == 1
result = called if box else stored
result()
callable(shown)
isinstance(shown, type)
{shown: 1}
str(shown)
