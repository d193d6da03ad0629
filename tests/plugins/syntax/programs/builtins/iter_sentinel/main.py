queue = ["a", "b", "", "c"]


def read_chunk():
    return queue.pop(0)


def produce():
    yield handler_one
    yield handler_two


def handler_one():
    return 1


def handler_two():
    return 2


chunks = [chunk for chunk in iter(read_chunk, "")]
assert chunks == ["a", "b"]

gen = produce()
first = next(gen)
assert first() == 1
for rest in gen:
    assert rest() == 2
