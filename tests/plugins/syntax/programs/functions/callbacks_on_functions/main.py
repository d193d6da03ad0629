def target():
    return 1


def host():
    return host.callback()


host.callback = target
host()


def memo(f):
    cache = {}

    def wrapper(n):
        if n not in cache:
            cache[n] = f(n)
        return cache[n]

    wrapper.original = f
    return wrapper


@memo
def fib(n):
    return n if n < 2 else fib(n - 1) + fib(n - 2)


fib(3)
fib.original(1)
