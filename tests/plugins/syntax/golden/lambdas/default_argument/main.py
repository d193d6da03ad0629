def work():
    pass

f = lambda action=work: action()
f()
