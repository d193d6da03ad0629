def bold(fn):
    def make_bold():
        return "<b>" + fn() + "</b>"
    return make_bold


def italic(fn):
    def make_italic():
        return "<i>" + fn() + "</i>"
    return make_italic


def identity(fn):
    return fn


@bold
@identity
@italic
def title():
    return "T"


@identity
def subtitle():
    return title() + "s"


assert subtitle() == "<b><i>T</i></b>s"
