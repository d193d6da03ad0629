def one():
    pass

def two():
    pass

def run(command):
    match command:
        case "a":
            one()
        case [first, *rest]:
            two()
