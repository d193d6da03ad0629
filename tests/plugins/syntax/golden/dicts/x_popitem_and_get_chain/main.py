def a():
    pass

t = {"x": {"y": a}}
t.get("x").get("y")()
t.get("x", {}).get("y")()
t["x"].popitem()[1]()
