def char(c):
    def parse(s):
        return s[0] == c
    return parse

def either(a, b):
    def parse(s):
        return a(s) or b(s)
    return parse

either(char("a"), char("b"))("b")
