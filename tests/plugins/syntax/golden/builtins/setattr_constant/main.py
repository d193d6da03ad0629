class A:
    pass

def work():
    pass

a = A()
setattr(a, "run", work)
a.run()
