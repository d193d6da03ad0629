identity = lambda f: f

@identity
def work():
    pass

work()
