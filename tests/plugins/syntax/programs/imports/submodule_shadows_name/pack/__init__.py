def value():
    return 1


value()
