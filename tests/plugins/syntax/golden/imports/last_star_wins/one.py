def shared():
    pass

def only():
    pass
