from operator import attrgetter, itemgetter, methodcaller


class Part:
    def check(self, how):
        how()

    @property
    def size(self):
        return 1


class Whole:
    def __init__(self, part):
        self.part = part


def gently():
    pass


def shout():
    pass


whole = Whole(Part())
attrgetter("part")(whole).check(gently)
methodcaller("check", gently)(whole.part)
sorted([whole.part], key=attrgetter("size"))
itemgetter("loud")({"loud": shout, "quiet": gently})()
