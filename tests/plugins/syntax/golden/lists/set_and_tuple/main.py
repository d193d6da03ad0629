def one():
    pass

def two():
    pass

for action in {one}:
    action()
(two,)[0]()
