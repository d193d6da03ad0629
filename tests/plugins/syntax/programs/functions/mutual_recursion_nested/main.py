def parse(text):
    pos = 0

    def expression():
        nonlocal pos
        value = term()
        while pos < len(text) and text[pos] == "+":
            pos += 1
            value += term()
        return value

    def term():
        nonlocal pos
        if text[pos] == "(":
            pos += 1
            value = expression()
            pos += 1
            return value
        return digit()

    def digit():
        nonlocal pos
        value = int(text[pos])
        pos += 1
        return value

    return expression()


assert parse("1+(2+3)+4") == 10
