import conf

def work():
    pass

conf.hook = work
conf.hook()
