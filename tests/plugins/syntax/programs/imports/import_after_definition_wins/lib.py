def work():
    return "lib"


def play():
    return work()
