def f():
    pass

conf = {"a": {"b": None}}
conf["a"]["b"] = f
conf["a"]["b"]()
