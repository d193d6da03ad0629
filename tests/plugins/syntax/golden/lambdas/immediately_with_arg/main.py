def f():
    pass

(lambda g, *rest: g())(f, 1)
