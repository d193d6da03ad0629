class Singleton(type):
    _instances = {}

    def __call__(cls, *args, **kwargs):
        if cls not in cls._instances:
            cls._instances[cls] = super().__call__(*args, **kwargs)
        return cls._instances[cls]

    def reset(cls):
        Singleton._instances.pop(cls, None)


class Config(metaclass=Singleton):
    def __init__(self):
        self.values = self.load()

    def load(self):
        return {"a": 1}


class DevConfig(Config):
    def load(self):
        return {"a": 2}

    def reset(self):
        # DevConfig.reset is never called; Config.reset is the metaclass one.
        return None


assert Config() is Config()
assert DevConfig().values["a"] == 2
Config.reset()
assert Config().values["a"] == 1
