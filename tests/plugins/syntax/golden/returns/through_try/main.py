def a():
    pass

def get():
    try:
        return a
    finally:
        note()

def note():
    pass

get()()
