def one():
    pass

for i, f in enumerate([one], start=1):
    f()
