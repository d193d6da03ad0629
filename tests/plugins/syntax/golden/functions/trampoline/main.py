def trampoline(f):
    while callable(f):
        f = f()
    return f

def start():
    return middle

def middle():
    return end

def end():
    return 1

trampoline(start)
