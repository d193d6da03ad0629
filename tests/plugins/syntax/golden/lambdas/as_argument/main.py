def run(action):
    action()

run(lambda: print("x"))
