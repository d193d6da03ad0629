def alpha():
    return 1


def beta():
    return 2


globals()["alpha"]()


def run(name):
    return globals()[name]()


run("beta")


class Holder:
    def one(self):
        return 1

    def two(self):
        return 2


holder = Holder()
getattr(holder, "one")()
setattr(holder, "extra", alpha)
holder.extra()
for name in ("one", "two"):
    getattr(holder, name)()
Holder.__dict__["one"](holder)
