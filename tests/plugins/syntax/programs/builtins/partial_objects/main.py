from functools import partial


def power(base, exponent):
    return base ** exponent


def notify(channel, message, formatter):
    return channel + ":" + formatter(message)


def brackets(message):
    return "[" + message + "]"


def stars(message):
    return "*" + message + "*"


cube = partial(power, exponent=3)
mail = partial(notify, "mail", formatter=brackets)
loud_mail = partial(mail, formatter=stars)
assert cube(2) == 8
assert mail("hi") == "mail:[hi]"
assert loud_mail("yo") == "mail:*yo*"
