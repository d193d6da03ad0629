def log(f):
    def inner():
        return f()
    return inner

def item():
    return 1

@log
def items():
    yield item()

for i in items():
    pass
