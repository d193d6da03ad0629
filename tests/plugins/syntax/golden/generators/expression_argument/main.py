def one():
    pass

def run(fs):
    for f in fs:
        f()

run(f for f in [one])
