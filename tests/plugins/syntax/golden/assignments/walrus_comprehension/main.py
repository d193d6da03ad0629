def make():
    return use

def use():
    return 1

result = [y() for _ in range(1) if (y := make())]
