def one():
    return 1

def two():
    return 2

x = [one() + 1, {"a": two()}]
print(f"{one()}")
assert two(), one()
