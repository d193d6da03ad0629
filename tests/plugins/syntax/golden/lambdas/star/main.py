def w(x):
    pass

f = lambda *a, **k: a[0](k["x"])
f(w, x=1)
