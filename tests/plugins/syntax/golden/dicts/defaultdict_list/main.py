from collections import defaultdict

def one():
    pass

table = defaultdict(list)
table["a"].append(one)
for f in table["a"]:
    f()
