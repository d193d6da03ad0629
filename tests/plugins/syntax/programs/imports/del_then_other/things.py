def build():
    return 1


def scrap():
    return 2
