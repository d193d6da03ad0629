def draft():
    # Overwritten before use.
    return "draft"


def final():
    return "final"


def cover():
    return "cover"


def swapped_in():
    return "swapped"


pages = [cover, draft]
pages[1] = final
assert pages[1]() == "final"
assert pages[0]() == "cover"
pages[0], pages[1] = pages[1], swapped_in
assert pages[0]() == "final"
assert pages[1]() == "swapped"
