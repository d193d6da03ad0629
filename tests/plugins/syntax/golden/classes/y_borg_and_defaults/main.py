class Config:
    defaults = {"on_save": None}

    def __init__(self, **overrides):
        self.options = {**self.defaults, **overrides}

    def save(self):
        callback = self.options["on_save"]
        if callback:
            callback()

def saved():
    pass

Config(on_save=saved).save()
