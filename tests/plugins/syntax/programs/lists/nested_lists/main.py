def a():
    return "a"


def b():
    return "b"


def c():
    return "c"


def d():
    # grid[1][1] is not visited.
    return "d"


grid = [[a, b], [c, d]]
assert grid[0][1]() == "b"
row = grid[1]
assert row[0]() == "c"

out = ""
for line in grid[:1]:
    for cell in line:
        out += cell()
assert out == "ab"

deep = [(["pad", {"key": [c]}],)]
assert deep[0][0][1]["key"][0]() == "c"
