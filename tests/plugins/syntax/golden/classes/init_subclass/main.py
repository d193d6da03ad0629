class Plugin:
    registry = []

    def __init_subclass__(cls, **kw):
        super().__init_subclass__(**kw)
        Plugin.registry.append(cls)

class A(Plugin):
    def run(self):
        pass

for p in Plugin.registry:
    p().run()
