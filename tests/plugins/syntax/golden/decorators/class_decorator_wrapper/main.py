def singleton(cls):
    instances = {}

    def get(*a):
        if cls not in instances:
            instances[cls] = cls(*a)
        return instances[cls]
    return get

@singleton
class Conf:
    def __init__(self):
        pass

    def load(self):
        pass

Conf().load()
