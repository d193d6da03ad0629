def tiny(n):
    return "tiny"


def medium(n):
    return "medium"


def huge(n):
    return "huge"


def negative(n):
    # No negative number gets classified.
    return "negative"


def classifier(n):
    if n < 0:
        return negative
    elif n < 10:
        return tiny
    return medium if n < 100 else huge


for number, expected in [(5, "tiny"), (50, "medium"), (500, "huge")]:
    assert classifier(number)(number) == expected
