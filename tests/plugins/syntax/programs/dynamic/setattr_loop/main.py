def alpha(self):
    return 1


def beta(self):
    return 2


class Host:
    def run(self):
        return self.alpha() + self.beta()


for function in (alpha, beta):
    setattr(Host, function.__name__, function)
Host().run()


class Lazy:
    def __getattribute__(self, name):
        return object.__getattribute__(self, name)

    def act(self):
        return 1


Lazy().act()
