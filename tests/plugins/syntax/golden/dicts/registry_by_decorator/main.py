HANDLERS = {}

def handler(name):
    def decorator(function):
        HANDLERS[name] = function
        return function
    return decorator

@handler("start")
def start():
    pass

def dispatch(name):
    HANDLERS[name]()

dispatch("start")
