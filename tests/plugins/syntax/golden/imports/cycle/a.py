import b

def one():
    b.two()
