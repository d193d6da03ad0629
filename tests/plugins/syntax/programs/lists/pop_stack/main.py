undo = []


def restore_name():
    return "name"


def restore_size():
    return "size"


def restore_colour():
    # Still on the stack at the end.
    return "colour"


def push(action):
    undo.append(action)


def undo_last():
    action = undo.pop()
    return action()


push(restore_colour)
push(restore_size)
push(restore_name)
assert undo_last() == "name"
assert undo_last() == "size"
assert len(undo) == 1
