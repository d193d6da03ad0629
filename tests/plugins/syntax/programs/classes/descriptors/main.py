class Typed:
    def __init__(self, convert):
        self.convert = convert

    def __set_name__(self, owner, name):
        self.slot = "_" + name

    def __get__(self, obj, owner=None):
        return getattr(obj, self.slot)

    def __set__(self, obj, value):
        setattr(obj, self.slot, self.convert(value))


def to_percent(value):
    return value * 100


def to_label(value):
    return "#" + str(value)


class Slider:
    level = Typed(to_percent)
    label = Typed(to_label)

    def __init__(self, level, label):
        self.level = level
        self.label = label


s = Slider(2, 5)
assert s.level == 200
assert s.label == "#5"
