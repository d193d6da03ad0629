def default_sort(items):
    return sorted(items)


def reverse_sort(items):
    return sorted(items)[::-1]


def stable(items):
    # Default for 'order', which every caller overrides.
    return items


def arrange(items, /, *, sorter=default_sort, order=stable):
    return order(sorter(items))


def as_tuple(items):
    return tuple(items)


assert arrange([2, 1], order=as_tuple) == (1, 2)
assert arrange([1, 2], order=list, sorter=reverse_sort) == [2, 1]
