names = ["a", "b"]
for name in names:
    pass
names.sort()
names.reverse()
names.count("a")
