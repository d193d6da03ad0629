def work():
    pass

def make(action):
    def run():
        action()
    return run

make(work)()
