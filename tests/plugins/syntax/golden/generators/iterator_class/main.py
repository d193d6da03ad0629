def one():
    pass

class Actions:
    def __iter__(self):
        return self

    def __next__(self):
        return one

for action in Actions():
    action()
    break
