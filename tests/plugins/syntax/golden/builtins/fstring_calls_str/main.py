def text():
    return "t"

f"{text()} and {len('x')}"
