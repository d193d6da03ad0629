def fall():
    pass
