def a():
    return 1


def b():
    return 2


def choose():
    skipped = a
    kept = b
    return kept


choose()()


def outer():
    def unused():
        return a()

    def used():
        return b()

    return used


outer()()
