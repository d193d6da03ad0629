def encode(text):
    return text + "."


def decode(text):
    return text[:-1]


def check(text):
    return text.endswith(".")


def codec():
    return encode, decode


enc, dec = codec()
assert dec(enc("a")) == "a"

(checker, (inner_enc, limit)) = (check, (encode, 3))
assert checker(inner_enc("b" * limit))
