def dump():
    pass
