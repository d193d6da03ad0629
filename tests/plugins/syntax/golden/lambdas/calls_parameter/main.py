def work():
    pass

(lambda f: f())(work)
