def one():
    pass

def run(action):
    local = action
    local()

run(action=one)
