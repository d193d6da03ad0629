def entry(**options):
    return middle(verbose=True, **options)


def middle(verbose, callback, *args, **rest):
    callback()
    return last(*args, **rest)


def last(finish=None):
    return finish()


def called_back():
    return 1


def finished():
    return 2


entry(callback=called_back, finish=finished)


def options():
    return {"callback": called_back, "finish": finished}


entry(**options())
