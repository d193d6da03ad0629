class A:
    def __init__(self, action=None):
        action()

def one():
    pass

A(action=one)
