def left():
    def work():
        return 1

    return work()


def right():
    def work():
        return 2

    return work


left()
right()()
