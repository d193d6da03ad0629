def one():
    pass

def run(actions):
    for action in actions:
        action()

run([one])
