def loads(text):
    pass
