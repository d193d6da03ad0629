def one():
    pass

class Actions:
    def __iter__(self):
        yield one

for action in Actions():
    action()
