class A:
    pass

def work():
    pass

a = A()
a.action = work
a.action()
