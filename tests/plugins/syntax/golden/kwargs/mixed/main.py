def run(a, *rest, key, **more):
    a()
    for r in rest:
        r()
    key()
    more["z"]()

def one():
    pass

def two():
    pass

def three():
    pass

def four():
    pass

run(one, two, key=three, z=four)
