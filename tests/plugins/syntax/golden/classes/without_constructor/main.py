class A:
    pass

A()
