def calculator():
    def add(a, b):
        return a + b

    def sub(a, b):
        return a - b

    def mod(a, b):
        # Offered, not requested.
        return a % b

    return {"+": add, "-": sub, "%": mod}


def evaluate(left, symbol, right):
    operations = calculator()
    operation = operations[symbol]
    return operation(left, right)


class Toolbox:
    def tools(self):
        return {"saw": self.saw}

    def saw(self):
        return "zzz"


assert evaluate(1, "+", 2) == 3
assert evaluate(5, "-", 2) == 3
assert Toolbox().tools()["saw"]() == "zzz"
