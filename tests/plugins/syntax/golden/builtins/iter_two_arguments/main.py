def produce():
    return None

for x in iter(produce, None):
    pass
