def prepare():
    return 1


def execute():
    return 2


def cleanup():
    return 3


def removed():
    return 4


def replacement():
    return 5


steps = dict(prepare=prepare, execute=execute, cleanup=cleanup)
steps["gone"] = removed
del steps["gone"]
steps["execute"] = replacement
first = steps.pop("prepare")
assert first() == 1
assert steps.pop("missing", cleanup)() == 3
_, last = steps.popitem()
assert last() == 3
assert steps["execute"]() == 5
