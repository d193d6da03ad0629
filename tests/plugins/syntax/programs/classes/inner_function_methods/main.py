def make_class(behaviour):
    class Made:
        def act(self):
            return behaviour(self)

        def base(self):
            return 1

    return Made


def behave(instance):
    return instance.base()


Made = make_class(behave)
Made().act()
Dynamic = type("Dynamic", (Made,), {"extra": lambda self: self.base()})
Dynamic().act()
