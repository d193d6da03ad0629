class Retry:
    def __init__(self, times):
        self.times = times

    def __call__(self, f):
        def inner():
            return f()
        return inner

@Retry(3)
def work():
    pass

work()
