def one():
    pass

def build():
    return {"a": one}

build()["a"]()
