class Counter:
    def __init__(self, f):
        self.f = f

    def __call__(self, *a):
        return self.f(*a)

@Counter
def work():
    pass

work()
