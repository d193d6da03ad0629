def double(x):
    return 2 * x


def triple(x):
    return 3 * x


def bind(operation):
    def apply(value):
        return operation(value)

    return apply


def unused_operation(x):
    # Only bound, the resulting closure is never invoked.
    return x


doubler = bind(double)
tripler = bind(triple)
idle = bind(unused_operation)

assert doubler(4) == 8
assert tripler(4) == 12
