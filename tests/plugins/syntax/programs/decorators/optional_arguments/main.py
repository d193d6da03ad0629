def cached(fn=None, *, key=None):
    def decorate(target):
        memo = {}

        def lookup(arg):
            k = key(arg) if key else arg
            if k not in memo:
                memo[k] = target(arg)
            return memo[k]
        return lookup
    if fn is not None:
        return decorate(fn)
    return decorate


def lower_key(text):
    return text.lower()


@cached
def length(text):
    return len(text)


@cached(key=lower_key)
def initials(text):
    return text[:1]


assert length("abc") == 3
assert initials("Abc") == initials("ABC") == "A"
