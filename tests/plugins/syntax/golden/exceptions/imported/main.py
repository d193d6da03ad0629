from errors import Failure

def run():
    raise Failure("x")
