def work():
    pass

def hook():
    pass

work.hook = hook
work.hook()
