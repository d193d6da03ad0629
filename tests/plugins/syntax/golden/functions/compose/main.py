def compose(f, g):
    def composed(x):
        return f(g(x))
    return composed

def one(x):
    return x

def two(x):
    return x

compose(one, two)(1)
