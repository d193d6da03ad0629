from registry import register


@register
def grow(x):
    return x + 1


@register
def square(x):
    return x * x


def unregistered(x):
    return x
