def a():
    return 1


def b():
    return 2


def c():
    return 3


routes = {"get": {"/": a, "/x": b}, "post": {"/": c}}
routes["get"]["/"]()
routes["post"]["/"]()
for path, view in routes["get"].items():
    view()
config = dict(on=a, off=b)
config["on"]()
config.update(off=c)
config["off"]()
