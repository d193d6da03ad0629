def one():
    pass

def two():
    pass

def get(flag):
    if flag:
        return one
    return two

get(True)()
