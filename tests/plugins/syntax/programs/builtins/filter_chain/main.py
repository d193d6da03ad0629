def is_word(token):
    return token.isalpha()


def is_long(token):
    return len(token) > 3


def normalise(token):
    return token.lower()


def keep(predicate, items):
    return filter(predicate, items)


tokens = ["Alpha", "12", "is", "Gamma"]
words = keep(is_long, filter(is_word, tokens))
assert list(map(normalise, words)) == ["alpha", "gamma"]
