import top.nested.deeper


def ready():
    return top.nested.deeper.dig()
