import red
import blue


def paint(module):
    return module.paint()


def both():
    for colour in (red, blue):
        paint(colour)


both()
