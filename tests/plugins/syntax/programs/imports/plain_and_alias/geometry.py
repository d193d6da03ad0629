def area(w, h):
    return multiply(w, h)


def perimeter(w, h):
    return 2 * (w + h)


def diagonal_squared(w, h):
    return multiply(w, w) + multiply(h, h)


def multiply(a, b):
    return a * b


def volume(w, h, d):
    # Nobody imports or calls this one.
    return multiply(area(w, h), d)
