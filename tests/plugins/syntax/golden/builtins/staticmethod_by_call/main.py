def work():
    pass

class A:
    run = staticmethod(work)

A().run()
