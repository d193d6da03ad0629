def start(ctx):
    return "run"

def run(ctx):
    return "stop"

def stop(ctx):
    return None

TABLE = {"start": start, "run": run, "stop": stop}

def machine():
    state = "start"
    while state:
        state = TABLE[state](None)

machine()
