def dump(rows):
    return ";".join(quote(r) for r in rows)


def quote(value):
    return "'" + value + "'"
