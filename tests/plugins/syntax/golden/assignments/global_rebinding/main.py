handler = None

def real():
    pass

def install():
    global handler
    handler = real

def run():
    handler()

install()
run()
