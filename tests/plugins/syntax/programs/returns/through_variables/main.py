def parse_int(text):
    return int(text)


def parse_float(text):
    return float(text)


def choose_parser():
    parser = parse_float
    chosen = parser
    parser = parse_int
    return chosen, parser


def last_assignment():
    result = parse_float
    result = identity
    return result


def identity(text):
    return text


first, second = choose_parser()
assert first("1.5") == 1.5
assert second("2") == 2
assert last_assignment()("x") == "x"
