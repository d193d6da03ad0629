from collections import Counter

c = Counter("aab")
c.most_common(1)
c.update("x")
