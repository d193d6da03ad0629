class Failure(Exception):
    def __init__(self):
        pass

error = Failure

def run():
    raise error
