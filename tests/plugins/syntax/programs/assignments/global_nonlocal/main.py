current = None


def quiet(msg):
    return ""


def verbose(msg):
    return "** " + msg


def install(fn):
    global current
    current = fn


def emit(msg):
    return current(msg)


def switcher():
    active = quiet

    def toggle():
        nonlocal active
        active = verbose

    toggle()
    return active("x")


install(quiet)
assert emit("a") == ""
install(verbose)
assert emit("b") == "** b"
assert switcher() == "** x"
