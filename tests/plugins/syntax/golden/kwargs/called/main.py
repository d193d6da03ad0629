def one():
    pass

def run(action=None):
    action()

run(action=one)
