def getter(self):
    return helper()

def helper():
    return 1

class A:
    x = property(getter)

A().x
