def distance(point):
    x, y = point
    return squared(x) + squared(y)


def squared(n):
    return n * n


def second(point):
    return point[1]


def nearest(points, metric=distance):
    return min(points, key=metric)


points = [(3, 4), (1, 1), (0, 9)]
assert nearest(points) == (1, 1)
assert max(points, key=second) == (0, 9)
assert max((1, 2), (2, 1), key=lambda p: second(p)) == (1, 2)
