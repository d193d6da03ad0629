def add():
    return 1

def unknown():
    return 0

OPS = {"add": add}

def run(name):
    return OPS.get(name, unknown)()

run("add")
run("zzz")
