def work():
    pass

f = lambda: work()
f()
