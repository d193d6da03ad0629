__all__ = ["two"]
__all__ += ["three"]


def two():
    return three()


def three():
    return 3
