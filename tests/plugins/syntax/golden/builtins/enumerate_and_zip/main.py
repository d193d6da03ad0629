def one():
    pass

def two():
    pass

for index, f in enumerate([one]):
    f()
for g, h in zip([one], [two]):
    h()
