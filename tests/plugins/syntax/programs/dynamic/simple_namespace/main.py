from types import SimpleNamespace


def hello(x):
    return x


class Cfg:
    def load(self):
        return 1


def run(ns):
    ns.fn("x")
    ns.cfg.load()


def main():
    ns = SimpleNamespace(fn=hello, cfg=Cfg())
    ns.fn(1)
    run(ns)


main()
