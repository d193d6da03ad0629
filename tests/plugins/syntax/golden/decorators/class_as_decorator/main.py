class Cached:
    def __init__(self, function):
        self.function = function

    def __call__(self):
        self.function()

@Cached
def work():
    pass

work()
