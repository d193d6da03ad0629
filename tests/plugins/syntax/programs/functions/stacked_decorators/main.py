def outer(f):
    def outer_wrapper():
        return f()

    return outer_wrapper


def inner(f):
    def inner_wrapper():
        return f()

    return inner_wrapper


@outer
@inner
def target():
    return 1


target()
