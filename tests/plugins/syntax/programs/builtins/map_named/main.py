def square(n):
    return n * n


def add(a, b):
    return a + b


def never_consumed(n):
    return n


def main():
    squares = list(map(square, [1, 2, 3]))
    sums = tuple(map(add, squares, [10, 10, 10]))
    map(never_consumed, squares)
    assert sums == (11, 14, 19)


main()
