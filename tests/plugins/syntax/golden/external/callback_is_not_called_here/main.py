import external_library

def work():
    pass

external_library.run(work)
