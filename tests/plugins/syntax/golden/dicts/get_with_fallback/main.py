def one():
    pass

def fallback():
    pass

table = {"a": one}
table.get("a")()
table.get("zzz", fallback)()
