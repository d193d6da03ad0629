def one():
    pass

class Actions:
    def __iter__(self):
        return iter([one])

for action in Actions():
    action()
