for i, x in enumerate(range(3)):
    print(i, x)
list(range(2))
set([1]).union({2})
