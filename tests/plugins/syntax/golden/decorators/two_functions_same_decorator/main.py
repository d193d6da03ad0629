def log(f):
    def wrapper():
        return f()
    return wrapper

@log
def one():
    pass

@log
def two():
    pass

def run():
    one()

run()
two()
