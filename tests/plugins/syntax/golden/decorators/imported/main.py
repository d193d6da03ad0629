from tools import log

@log
def work():
    pass

work()
