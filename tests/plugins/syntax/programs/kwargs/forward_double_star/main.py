def outer(**options):
    return middle(**options)


def middle(**options):
    return inner(name="n", **options)


def inner(name, render, validate=None):
    if validate is not None:
        validate(name)
    return render(name)


def bold(text):
    return "**" + text + "**"


def nonempty(text):
    assert text


def italic(text):
    # Overwritten in the dictionary before the call.
    return "_" + text + "_"


settings = {"render": italic}
settings["render"] = bold
assert outer(**settings) == "**n**"
assert outer(validate=nonempty, render=bold) == "**n**"
