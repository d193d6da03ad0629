def work():
    return "lib"


def other():
    return work()


other()
