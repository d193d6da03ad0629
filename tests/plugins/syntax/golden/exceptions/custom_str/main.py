class E(Exception):
    def __init__(self, code):
        super().__init__(code)
        self.code = code

    def __str__(self):
        return self.label()

    def label(self):
        return "x"

try:
    raise E(1)
except E as e:
    text = str(e)
