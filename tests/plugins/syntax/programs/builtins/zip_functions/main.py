def to_int(raw):
    return int(raw)


def to_upper(raw):
    return raw.upper()


def to_list(raw):
    return raw.split("|")


converters = [to_int, to_upper, to_list]
fields = ["7", "abc", "x|y"]
row = []
for convert, field in zip(converters, fields):
    row.append(convert(field))
assert row == [7, "ABC", ["x", "y"]]

for position, convert in enumerate((to_int, to_upper)):
    assert convert(fields[position]) in (7, "ABC")
