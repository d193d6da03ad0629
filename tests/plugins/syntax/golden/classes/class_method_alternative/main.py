class Date:
    def __init__(self, y):
        self.y = y

    @classmethod
    def from_text(cls, text):
        return cls(cls.parse(text))

    @staticmethod
    def parse(text):
        return int(text)

    @classmethod
    def today(cls):
        return cls.from_text("2000")

Date.today()
