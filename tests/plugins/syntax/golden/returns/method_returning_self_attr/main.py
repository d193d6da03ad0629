class A:
    def __init__(self):
        self.cb = None

    def set(self, f):
        self.cb = f
        return self

    def get(self):
        return self.cb

def w():
    pass

A().set(w).get()()
