class Auto(dict):
    def __missing__(self, key):
        self[key] = self.make(key)
        return self[key]

    def make(self, key):
        return key


class Spy:
    def __getattribute__(self, name):
        return super().__getattribute__(name)

    def real(self):
        return 1


class Rec:
    def __setattr__(self, k, v):
        super().__setattr__(k, self.fix(v))

    def fix(self, v):
        return v


def main():
    a = Auto()
    a["x"]
    Spy().real()
    r = Rec()
    r.x = 1


main()
