d = {"a": [1]}
d["a"].append(2)
d.keys()
sorted(d.items())
