def d():
    pass

def run(*, f=d):
    f()

run()
