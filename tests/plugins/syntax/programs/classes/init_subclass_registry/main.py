class Plugin:
    registry = {}

    def __init_subclass__(cls, key=None, **kwargs):
        super().__init_subclass__(**kwargs)
        Plugin.registry[key] = cls

    def run(self):
        return "plain"


class Upper(Plugin, key="upper"):
    def run(self):
        return "UPPER"


class Lower(Plugin, key="lower"):
    def run(self):
        return super().run()


for cls in Plugin.registry.values():
    cls().run()
