from typing import Callable

def one():
    pass

f: Callable = one
f()
