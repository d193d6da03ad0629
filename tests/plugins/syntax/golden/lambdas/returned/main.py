def make():
    return lambda x: x

make()(1)
