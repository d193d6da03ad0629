def as_int(text):
    return int(text)


def as_words(text):
    return text.split()


def converter(text):
    result = None
    while True:
        func = yield result
        if func is None:
            return finish()
        result = func(text)


def finish():
    return "done"


gen = converter("42")
next(gen)
assert gen.send(as_int) == 42
assert gen.send(as_words) == ["42"]
try:
    gen.send(None)
except StopIteration as stop:
    assert stop.value == "done"
