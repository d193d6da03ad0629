def one():
    pass

def run(action=None):
    action()

options = {"action": one}
run(**options)
