def one():
    pass

def two():
    pass

def run(*, action=one):
    action()

run(action=two)
