def dump(rows):
    return " ".join(rows)


def wide(rows):
    return dump(rows) + "  "
