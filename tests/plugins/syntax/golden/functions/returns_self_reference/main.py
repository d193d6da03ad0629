def loop():
    return loop

loop()()
