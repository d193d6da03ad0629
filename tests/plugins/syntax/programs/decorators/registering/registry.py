_commands = {}


def command(name):
    def register(fn):
        _commands[name] = fn
        return fn
    return register


def run(name, items, value):
    handler = _commands[name]
    handler(items, value)
