class A:
    pass

def work():
    pass

a = A()
a.callback = work
a.callback()
