import contextlib

class Left:
    def __enter__(self):
        return self

    def __exit__(self, *error):
        pass

    def go(self):
        pass

class Right(Left):
    def go(self):
        pass

def left():
    pass

def right():
    pass

def maybe():
    with Left() as side:
        side.go()
    with Right() as side:
        side.go()
    action = left
    with contextlib.suppress(ValueError):
        action = right
        raise ValueError
    action()

def chosen(command):
    action = left
    match command:
        case "right":
            action = right
            action()
        case _:
            return
    action()

maybe()
chosen("right")
