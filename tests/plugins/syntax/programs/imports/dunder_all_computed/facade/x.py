__all__ = ["one"]


def one():
    return secret()


def secret():
    return 1
