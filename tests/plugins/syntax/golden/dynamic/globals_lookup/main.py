def work():
    pass

globals()["work"]()
