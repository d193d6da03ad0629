def batches(items, n):
    batch = []
    for item in items:
        batch.append(item)
        if len(batch) == n:
            yield batch
            batch = []
    if batch:
        yield batch

def a():
    pass

def b():
    pass

for batch in batches([a, b], 1):
    for f in batch:
        f()
