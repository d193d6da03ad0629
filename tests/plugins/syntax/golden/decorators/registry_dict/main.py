HANDLERS = {}

def handler(name):
    def deco(f):
        HANDLERS[name] = f
        return f
    return deco

@handler("a")
def on_a():
    pass

@handler("b")
def on_b():
    pass

def fire(name):
    HANDLERS[name]()

fire("a")
fire("b")
