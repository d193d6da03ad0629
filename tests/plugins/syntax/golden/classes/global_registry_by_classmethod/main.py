class Registry:
    items = {}

    @classmethod
    def register(cls, name):
        def deco(f):
            cls.items[name] = f
            return f
        return deco

    @classmethod
    def call(cls, name):
        return cls.items[name]()

@Registry.register("x")
def handler():
    pass

Registry.call("x")
