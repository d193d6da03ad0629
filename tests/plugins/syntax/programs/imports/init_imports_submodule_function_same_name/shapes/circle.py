def circle():
    return area()


def area():
    return 1
