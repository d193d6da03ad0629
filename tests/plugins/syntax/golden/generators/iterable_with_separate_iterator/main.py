class Actions:
    def __iter__(self):
        return Iterator()

class Iterator:
    def __next__(self):
        return one

def one():
    pass

for action in Actions():
    action()
    break
