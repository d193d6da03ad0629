def work():
    pass

TABLE = {"w": work}
