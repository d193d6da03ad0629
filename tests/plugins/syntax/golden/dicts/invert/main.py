def f():
    pass

d = {f: "f"}
inv = {v: k for k, v in d.items()}
inv["f"]()
