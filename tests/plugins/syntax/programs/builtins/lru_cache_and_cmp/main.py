from functools import cmp_to_key, lru_cache
from itertools import groupby, starmap


@lru_cache(maxsize=None)
def fib(n):
    return n if n < 2 else fib(n - 1) + fib(n - 2)


def compare_length(a, b):
    return len(a) - len(b)


def initial(word):
    return word[0]


def join_pair(a, b):
    return a + "/" + b


words = sorted(["bbb", "aa", "a"], key=cmp_to_key(compare_length))
assert words == ["a", "aa", "bbb"]
groups = [name for name, _ in groupby(words, key=initial)]
assert groups == ["a", "b"]
assert list(starmap(join_pair, [("x", "y")])) == ["x/y"]
assert fib(10) == 55
