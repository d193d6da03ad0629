def one():
    return 1


def two():
    return 2


class Left:
    def __init__(self):
        self.callback = one

    def fire(self):
        return self.callback()


class Right:
    def __init__(self):
        self.callback = two

    def fire(self):
        return self.callback()


Left().fire()
Right().fire()
Left().callback()
