from external_library import work

def run(action):
    action()

run(work)
