class Stop(Exception):
    def __init__(self):
        self.code = self.default_code()

    def default_code(self):
        return 7


class Halt(Stop):
    def default_code(self):
        return 9


def raise_class():
    raise Stop


def raise_instance():
    raise Halt()


codes = []
for action in (raise_class, raise_instance):
    try:
        action()
    except Stop as exc:
        codes.append(exc.code)
assert codes == [7, 9]
