def work():
    pass

def get():
    return work

f = get()
f()
