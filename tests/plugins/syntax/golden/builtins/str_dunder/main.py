class A:
    def __str__(self):
        return "a"

    def __format__(self, spec):
        return "f"

    def __hash__(self):
        return 1

    def __iter__(self):
        return iter([1])

str(A())
format(A(), "x")
hash(A())
list(A())
