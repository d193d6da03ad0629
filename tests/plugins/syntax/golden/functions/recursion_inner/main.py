def outer(n):
    def inner(k):
        if k:
            inner(k - 1)
    inner(n)

outer(2)
