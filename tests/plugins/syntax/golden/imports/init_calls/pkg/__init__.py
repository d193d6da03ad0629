from pkg.impl import run

def start():
    run()

start()
