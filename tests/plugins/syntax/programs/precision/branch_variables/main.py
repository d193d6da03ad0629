def yes():
    return 1


def no():
    return 2


def pick(flag):
    if flag:
        f = yes
    else:
        f = no
    return f()


pick(True)
pick(False)


def separate():
    f = yes
    f()
    g = no
    g()


separate()
