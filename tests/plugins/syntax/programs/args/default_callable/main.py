def plain(text):
    return text


def shout(text):
    return text.upper() + "!"


def never_chosen(text):
    return text[::-1]


def render(text, style=plain):
    return style(text)


def render_lazy(text, style=None):
    if style is None:
        style = shout
    return style(text)


assert render("a") == "a"
assert render_lazy("b") == "B!"
assert render_lazy("c", plain) == "c"
fallbacks = [never_chosen]
assert len(fallbacks) == 1
