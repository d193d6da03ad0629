def trim(s):
    return s.strip()


def title(s):
    return s.title()


def ok(func):
    return func is not banned


def banned(s):
    # Filtered out by the condition.
    return None


filters = [func for func in (trim, banned, title) if ok(func)]
bound = [(lambda s, f=f: f(s)) for f in filters]
names = {f.__name__: f for f in filters}

text = " hello "
for step in bound:
    text = step(text)
assert text == "Hello"
assert names["trim"](" x") == "x"
