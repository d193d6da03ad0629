def one():
    pass

def same(x=one):
    return x

same()()
