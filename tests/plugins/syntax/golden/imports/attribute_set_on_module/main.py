import config

def work():
    pass

config.handler = work
config.fire()
