def ok():
    return 1


def bad():
    return 2


def always():
    return 3


def attempt(fail):
    try:
        if fail:
            raise ValueError
        f = ok
    except ValueError as error:
        f = bad
    finally:
        always()
    return f()


attempt(True)
attempt(False)
