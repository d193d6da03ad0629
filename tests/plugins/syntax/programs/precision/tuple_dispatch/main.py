def parse_int(x):
    return int(x)


def parse_text(x):
    return str(x)


def check_int(x):
    return x


def check_text(x):
    return x


RULES = (("int", parse_int, check_int), ("text", parse_text, check_text))


def apply(name, value):
    for key, parse, check in RULES:
        if key == name:
            return check(parse(value))


apply("int", "1")
apply("text", "a")
RULES[0][1]("2")
