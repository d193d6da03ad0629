def round_to(value, digits):
    return round(value, digits)


def to_inches(value):
    return value / 2.54
