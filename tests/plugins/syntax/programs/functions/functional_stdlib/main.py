import re
import itertools
from functools import partial


def upper(match):
    return match.group().upper()


def is_odd(n):
    return n % 2


def add(a, b):
    return a + b


re.sub("a", upper, "banana")
list(itertools.takewhile(is_odd, [1, 3]))
list(itertools.accumulate([1, 2], add))
list(itertools.starmap(add, [(1, 2)]))
next(filter(is_odd, [1]))
list(iter(partial(is_odd, 2), 0))
