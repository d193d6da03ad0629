def fast_path(n):
    return n << 1


def slow_path(n):
    return n * 2


def debug_hook(n):
    return n


def pick(flag):
    chosen = fast_path if flag else slow_path
    return chosen


hook = None or debug_hook
assert pick(True)(4) == 8
assert pick(False)(5) == 10
assert hook(1) == 1
