import operator

class V:
    def __add__(self, o):
        return self

operator.add(V(), V())
