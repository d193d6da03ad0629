from lib import work


def work():
    return "mine"


work()
