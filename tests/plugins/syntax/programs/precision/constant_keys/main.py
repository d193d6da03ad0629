def up():
    return 1


def down():
    return 2


def never():
    return 3


table = {"up": up, "down": down, "never": never}
table["up"]()
table.get("down")()


def through():
    local = {1: up, 2: down, 3: never}
    return local[2]()


through()
