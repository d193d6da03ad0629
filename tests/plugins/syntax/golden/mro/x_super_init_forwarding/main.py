class Base:
    def __init__(self, f, g=None):
        self.f = f
        self.g = g

class Mid(Base):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)

    def run(self):
        self.f()
        self.g()

def a():
    pass

def b():
    pass

Mid(a, g=b).run()
