class Circle:
    __match_args__ = ("action",)

    def __init__(self, action):
        self.action = action

    def area(self):
        return 1


class Square:
    def __init__(self, side):
        self.side = side

    def area(self):
        return 2


def act():
    return 1


def handle(shape):
    match shape:
        case Circle(action):
            return action()
        case Square(side=side) as square:
            square.area()
            return side()
        case [first, *_]:
            return first()
        case {"run": run}:
            return run()
        case other:
            return other.area()


def side():
    return 1


def item():
    return 1


def keyed():
    return 1


handle(Circle(act))
handle(Square(side))
handle([item, 1])
handle({"run": keyed})
