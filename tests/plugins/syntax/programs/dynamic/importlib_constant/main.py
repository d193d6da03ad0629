import importlib

plain = importlib.import_module("formats.plain_format")
assert plain.wide(["a", "b"]) == "a b  "


def load(kind):
    module = importlib.import_module("formats." + kind + "_format")
    return module


def export(kind, rows):
    writer = getattr(load(kind), "dump")
    return writer(rows)


assert export("csv", ["x", "y"]) == "'x';'y'"
