import factories
from factories import build as make


def total_area(shapes, measure):
    total = 0
    for shape in shapes:
        total += measure(shape)
    return total


def measure_shape(shape):
    return shape.area()


shapes = [make(factories.Circle, 2), make(factories.Square, 3)]
assert total_area(shapes, measure=measure_shape) == 21
