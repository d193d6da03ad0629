import units


def perimeter(w, h):
    return units.round_to(2 * (w + h), 1)


def diagonal(w, h):
    return (w * w + h * h) ** 0.5


class Rect:
    def __init__(self, w, h):
        self.w, self.h = w, h

    def perimeter(self):
        return perimeter(self.w, self.h)
