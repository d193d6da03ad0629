def one():
    pass

def two():
    pass

def pick(command):
    match command:
        case ("first", action):
            action()
        case {"run": action2}:
            action2()
        case _:
            pass

pick(("first", one))
pick({"run": two})
