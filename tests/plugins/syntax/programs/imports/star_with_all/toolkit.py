__all__ = ["build"]


def build():
    return _assemble()


def _assemble():
    return "built"


def secret():
    # Not in __all__, so main's own secret() wins.
    return "toolkit secret"


def helper():
    return "toolkit helper"
