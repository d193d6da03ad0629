class Plugin:
    registry = {}

    def __init_subclass__(cls, /, name=None, **kwargs):
        super().__init_subclass__(**kwargs)
        cls.registry[name or cls.default_name()] = cls

    @classmethod
    def default_name(cls):
        return cls.__name__.lower()

    def act(self):
        return "plugin"


class Spell(Plugin, name="sp"):
    def act(self):
        return "spell " + super().act()


class Lint(Plugin):
    def act(self):
        # Registered but not instantiated.
        return "lint"


class Count(Plugin):
    pass


assert Plugin.registry["sp"]().act() == "spell plugin"
assert Plugin.registry["count"]().act() == "plugin"
