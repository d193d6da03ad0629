log = []


def left():
    log.append("L")


def right():
    log.append("R")


def run_swapped():
    a, b = left, right
    a, b = b, a
    a()
    return b


def main():
    rest = run_swapped()
    rest()
    assert log == ["R", "L"]


main()
