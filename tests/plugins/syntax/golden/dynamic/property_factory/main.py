def make_prop(f):
    return property(f)

class A:
    def _get(self):
        return 1

    x = make_prop(_get)

A().x
