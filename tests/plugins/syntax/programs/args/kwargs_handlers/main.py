def parse_int(raw):
    return int(raw)


def parse_flag(raw):
    return raw == "yes"


def parse_record(record, **parsers):
    parsed = {}
    for field, parser in parsers.items():
        parsed[field] = parser(record[field])
    return parsed


def forward(record, **kw):
    return parse_record(record, **kw)


row = {"age": "41", "member": "yes"}
assert forward(row, age=parse_int, member=parse_flag) == {"age": 41, "member": True}
