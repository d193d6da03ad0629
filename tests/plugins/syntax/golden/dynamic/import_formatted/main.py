import importlib


def load(kind):
    return importlib.import_module(f"formats.{kind}_format")


load("json").dump()
