def requires_open(method):
    def guard(self, *args):
        self.ensure()
        return method(self, *args)
    return guard


class Door:
    def __init__(self):
        self.opened = False
        self.passed = 0

    def ensure(self):
        if not self.opened:
            self.open()

    def open(self):
        self.opened = True

    @requires_open
    def walk_through(self, who):
        self.passed += 1
        return who

    @classmethod
    def build(cls):
        return cls()

    @staticmethod
    def material():
        return "oak"


d = Door.build()
assert d.walk_through("cat") == "cat"
assert d.passed == 1
assert Door.material() == "oak"
