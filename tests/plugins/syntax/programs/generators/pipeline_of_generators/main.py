def source(items):
    for item in items:
        yield item


def mapped(func, items):
    for item in items:
        yield func(item)


def where(predicate, items):
    for item in items:
        if predicate(item):
            yield item


def half(n):
    return n // 2


def positive(n):
    return n > 0


def negative(n):
    return n < 0


chain = where(positive, mapped(half, source([1, 2, 8])))
# Built, but nothing pulls from it: negative stays uncalled.
other = where(negative, source([1, -1]))
assert list(chain) == [1, 4]
