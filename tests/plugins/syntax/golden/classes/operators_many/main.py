class V:
    def __add__(self, o):
        return self

    def __radd__(self, o):
        return self

    def __eq__(self, o):
        return True

    def __lt__(self, o):
        return True

    def __neg__(self):
        return self

    def __getitem__(self, k):
        return self

    def __setitem__(self, k, v):
        pass

    def __delitem__(self, k):
        pass

    def __iadd__(self, o):
        return self

v = V()
v + 1
1 + v
v == v
v < v
-v
v[0]
v[0] = 1
del v[0]
v += 1
