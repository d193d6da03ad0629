def log(text):
    return text


def configure(*, logger=log, level=1, **extra):
    logger(level)
    handler = extra.get("handler")
    if handler:
        handler(level)
    return extra.pop("last", None)


def handle(level):
    return level


def final():
    return 1


configure(handler=handle, last=final)()
options = {"logger": handle}
options["level"] = 2
configure(**options)


def partial_kwargs(function, **kwargs):
    def call(**more):
        return function(**{**kwargs, **more})

    return call


def target(a, b):
    return a() + b()


def give_a():
    return 1


def give_b():
    return 2


partial_kwargs(target, a=give_a)(b=give_b)
