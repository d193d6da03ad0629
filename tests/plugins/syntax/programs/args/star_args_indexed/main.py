def first_choice():
    return "first"


def second_choice():
    return "second"


def third_choice():
    return "third"


def call_last(*options):
    return options[-1]()


def call_head(head, *rest):
    return head(), len(rest)


assert call_last(first_choice, second_choice) == "second"
assert call_head(first_choice, third_choice) == ("first", 1)
