def numbers():
    yield 1

table = {"n": numbers}
for number in table["n"]():
    print(number)
