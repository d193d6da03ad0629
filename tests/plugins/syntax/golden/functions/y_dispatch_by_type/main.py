def on_int(x):
    return x

def on_str(x):
    return x

TABLE = {int: on_int, str: on_str}

def handle(x):
    return TABLE[type(x)](x)

handle(1)
handle("x")
