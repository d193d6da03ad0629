def opening():
    return 1


def middle_one():
    return 2


def middle_two():
    return 3


def closing():
    return 4


def ignored():
    return 99


head, *body, tail = [opening, middle_one, middle_two, closing]
total = head() + tail()
for part in body:
    total += part()
assert total == 10

*_, last = ignored, closing
assert last() == 4
