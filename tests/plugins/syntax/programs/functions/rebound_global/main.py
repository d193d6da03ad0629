def strategy():
    # Never reached: rebound by configure() before the first use.
    return "default"


def fast():
    return "fast"


def thorough():
    return "thorough"


def configure(wants_speed):
    global strategy
    if wants_speed:
        strategy = fast
    else:
        strategy = thorough


def run():
    return strategy()


configure(True)
first = run()
configure(False)
second = run()
assert (first, second) == ("fast", "thorough")
