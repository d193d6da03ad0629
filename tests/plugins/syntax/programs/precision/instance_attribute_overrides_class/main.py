def replacement():
    return 2


class Machine:
    def act(self):
        return 1

    def __init__(self):
        self.act = replacement


class Plain:
    def act(self):
        return 3


Machine().act()
Plain().act()
