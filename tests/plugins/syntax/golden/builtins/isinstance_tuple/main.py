def f(x):
    if isinstance(x, (int, str)):
        return hasattr(x, "y")
    return issubclass(type(x), object)

f([])
f(1)
