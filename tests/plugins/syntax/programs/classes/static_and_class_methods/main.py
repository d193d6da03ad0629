class Temperature:
    unit = "C"

    def __init__(self, degrees):
        self.degrees = degrees

    @classmethod
    def parse(cls, text):
        return cls(cls._number(text))

    @staticmethod
    def _number(text):
        return int(text.rstrip("CF"))

    @classmethod
    def zero(cls):
        return cls.parse("0C")


class Precise(Temperature):
    @staticmethod
    def _number(text):
        return float(text[:-1])

    def __init__(self, degrees):
        super().__init__(round(degrees, 1))


assert Temperature.parse("21C").degrees == 21
assert Precise.zero().degrees == 0.0
assert Precise(1.26).zero().unit == "C"
