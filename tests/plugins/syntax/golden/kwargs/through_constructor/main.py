class A:
    def __init__(self, **kw):
        self.callback = kw["callback"]

    def run(self):
        self.callback()

def w():
    pass

A(callback=w).run()
