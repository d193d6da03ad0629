def one():
    pass

for f in reversed([one]):
    f()
