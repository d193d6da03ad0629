from functools import singledispatch

@singledispatch
def show(x):
    pass

@show.register
def show_int(x: int):
    pass

@show.register(str)
def show_str(x):
    pass

show(1)
show("x")
show(2.0)
