def choose(x):
    if x:
        def f():
            return 1
    else:
        def f():
            return other()
    return f

def other():
    return 2

choose(0)()
choose(1)()
