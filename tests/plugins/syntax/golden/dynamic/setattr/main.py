class A:
    pass

def work():
    pass

a = A()
setattr(a, "action", work)
a.action()
