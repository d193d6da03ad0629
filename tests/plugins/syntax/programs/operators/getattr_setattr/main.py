class Config:
    def __init__(self):
        object.__setattr__(self, "data", {})

    def __setattr__(self, name, value):
        self.store(name, value)

    def __getattr__(self, name):
        return self.data[name]

    def store(self, name, value):
        self.data[name] = value


def hook():
    return 1


config = Config()
config.hook = hook
config.hook()
