class Factory:
    def __new__(cls, kind):
        if kind == "a":
            return A()
        instance = super().__new__(cls)
        return instance

    def act(self):
        return "factory"


class A:
    def act(self):
        return "a"


Factory("a").act()
Factory("b").act()
