_registry = {}

def plugin(name):
    def deco(cls):
        _registry[name] = cls()
        return cls
    return deco

def run(name):
    return _registry[name].execute()
