class Options:
    def __init__(self, **kw):
        for k, v in kw.items():
            setattr(self, k, v)


def ok():
    return 1


def bad():
    return 2


def main():
    o = Options(on_ok=ok, on_bad=bad)
    o.on_ok()
    o.on_bad()
    p = Options()
    p.__dict__.update(on_ok=ok)
    p.on_ok()


main()


class Bunch:
    def __init__(self, values):
        vars(self).update(values)


class Kind:
    def base(self):
        return 1


for name in ("first", "second"):
    setattr(Kind, name, lambda self: ok())

for number in range(2):
    setattr(Kind, f"step_{number}", lambda self: self.base())

Bunch({"bad": bad}).bad()
Kind().first()
Kind().step_1()
