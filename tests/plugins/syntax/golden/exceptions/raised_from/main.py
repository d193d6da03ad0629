class Failure(Exception):
    def __init__(self, text):
        pass

def run():
    try:
        pass
    except KeyError as error:
        raise Failure("x") from error
