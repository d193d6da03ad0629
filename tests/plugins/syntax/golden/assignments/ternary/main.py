def yes():
    pass

def no():
    pass

for flag in (True, False):
    f = yes if flag else no
    f()
