class Registry:
    def __init__(self):
        self._items = {}

    def __setitem__(self, name, function):
        self._items[name] = function

    def __getitem__(self, name):
        return self._items[name]

    def __delitem__(self, name):
        del self._items[name]

    def __contains__(self, name):
        return name in self._items

    def __call__(self, name):
        return self[name]()


def start():
    return 1


def stop():
    return 2


registry = Registry()
registry["start"] = start
registry["stop"] = stop
registry["start"]()
if "stop" in registry:
    registry("stop")
del registry["stop"]
