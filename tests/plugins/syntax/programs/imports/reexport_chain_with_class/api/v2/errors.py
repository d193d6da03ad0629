class Failure(Exception):
    pass


def check(response):
    return response.ok()
