def load():
    return [3, 1, 2]


def summarize(values):
    return max(values)


def find_formatter(kind):
    if kind == "money":
        return as_money
    return None


def as_money(n):
    return "$" + str(n)


if (reader := load) is not None:
    data = reader()

if fmt := find_formatter("money"):
    assert fmt(summarize(data)) == "$3"

result = [y for x in data if (y := (f := as_money)(x))]
assert f(9) == "$9"
assert result[0] == "$3"
