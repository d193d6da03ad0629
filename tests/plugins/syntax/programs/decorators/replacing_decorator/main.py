def replaced_by(other):
    def swap(fn):
        return other
    return swap


def modern(n):
    return n + 1


def disabled(fn):
    return None


@replaced_by(modern)
def legacy(n):
    return n - 1


@disabled
def debug_dump(n):
    return n


assert legacy(1) == 2
if debug_dump is not None:
    debug_dump(1)
