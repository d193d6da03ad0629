class Door:
    def open(self):
        return self.creak()

    def creak(self):
        return 1


class File:
    def open(self):
        return self.read()

    def read(self):
        return 2


class Shop:
    def open(self):
        return 3


def enter(door):
    return door.open()


enter(Door())
file = File()
file.open()
