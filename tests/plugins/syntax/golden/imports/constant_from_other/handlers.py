def on_a():
    pass

def on_b():
    pass
