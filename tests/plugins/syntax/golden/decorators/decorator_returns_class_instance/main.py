class Wrapper:
    def __init__(self, f):
        self.f = f

    def call(self):
        return self.f()

def wrap(f):
    return Wrapper(f)

@wrap
def work():
    pass

work.call()
