from . import info


def main():
    return info()
