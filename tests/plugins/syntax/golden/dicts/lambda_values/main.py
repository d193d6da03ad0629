ops = {"+": lambda a, b: a + b, "-": lambda a, b: a - b}
ops["+"](1, 2)
