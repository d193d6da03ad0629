class PositionError(Exception):
    def __init__(self, line, column):
        self.line = line
        self.column = column

    def __str__(self):
        return self.location() + " bad token"

    def location(self):
        return f"{self.line}:{self.column}"

    @property
    def severity(self):
        return "high" if self.is_early() else "low"

    def is_early(self):
        return self.line < 5


def scan(source):
    for index, char in enumerate(source):
        if char == "?":
            raise PositionError(1, index)


try:
    scan("ab?")
except PositionError as exc:
    assert str(exc) == "1:2 bad token"
    assert exc.severity == "high"
