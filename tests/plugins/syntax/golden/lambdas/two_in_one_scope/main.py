a = lambda: 1
b = lambda: 2
b()
