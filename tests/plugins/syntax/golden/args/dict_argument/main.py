def dispatch(table, name):
    return table[name]()

def start():
    pass

def stop():
    pass

dispatch({"start": start}, "start")
dispatch({"stop": stop}, "stop")
