import config


def handler():
    return 1


def trigger():
    return config.hook()
