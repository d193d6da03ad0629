def one():
    pass

def get(depth):
    if depth:
        return get(depth - 1)
    return one

get(3)()
