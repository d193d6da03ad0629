import re


def number(match):
    return str(increase(int(match.group())))


def increase(n):
    return n + 1


class Expander:
    def __init__(self, variables):
        self.variables = variables

    def __call__(self, match):
        return self.lookup(match.group(1))

    def lookup(self, name):
        return self.variables.get(name, missing(name))


def missing(name):
    return "<" + name + ">"


def vowel(match):
    # The pattern finds nothing.
    return "*"


assert re.sub(r"\d+", number, "a1 b9") == "a2 b10"
pattern = re.compile(r"\$(\w+)")
assert pattern.sub(Expander({"x": "1"}), "$x $y") == "1 <y>"
assert re.sub("[aeiou]", vowel, "rhythm") == "rhythm"
