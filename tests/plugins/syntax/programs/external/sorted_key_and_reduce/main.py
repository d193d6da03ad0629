import functools


def length(word):
    return len(word)


def compare(a, b):
    return last(a) - last(b)


def last(word):
    return ord(word[-1])


def merge(left, right):
    return left + right


def priority(word):
    return -len(word)


def unused_key(word):
    # Not passed to anything.
    return word


words = ["ccz", "b", "aay"]
assert sorted(words, key=length)[0] == "b"
words.sort(key=functools.cmp_to_key(compare))
assert words == ["b", "aay", "ccz"]
assert functools.reduce(merge, words) == "baayccz"
assert min(words, key=priority) == "aay"
