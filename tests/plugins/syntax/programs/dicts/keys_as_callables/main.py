def is_zero(n):
    return n == 0


def is_negative(n):
    return n < 0


def always(n):
    return True


def say_zero():
    return "zero"


def say_negative():
    return "negative"


def say_positive():
    return "positive"


RULES = {is_zero: say_zero, is_negative: say_negative, always: say_positive}


def classify(n):
    for test, say in RULES.items():
        if test(n):
            return say()


assert [classify(n) for n in (0, -1, 1)] == ["zero", "negative", "positive"]
