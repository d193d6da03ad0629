def init(self, name):
    self.name = name


def hello(self):
    return "hello " + self.name


def base_wave(self):
    return "wave"


class Base:
    def bye(self):
        return "bye " + self.name


Person = type("Person", (Base,), {"__init__": init, "hello": hello})


def make_class(label):
    return type(label, (Person,), {"wave": base_wave})


p = Person("al")
assert p.hello() == "hello al"
assert p.bye() == "bye al"
assert make_class("Waver")("bo").wave() == "wave"
