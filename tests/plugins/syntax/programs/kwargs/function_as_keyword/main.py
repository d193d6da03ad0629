def by_length(word):
    return len(word)


def by_last(word):
    return word[-1]


def pick(words, *, key, tie=None):
    best = words[0]
    for word in words[1:]:
        if key(word) > key(best):
            best = word
        elif tie is not None and key(word) == key(best):
            best = tie(best, word)
    return best


def prefer_new(old, new):
    return new


assert pick(["a", "bb"], key=by_length) == "bb"
assert pick(["az", "ba"], key=by_last) == "az"
assert pick(["x", "y"], tie=prefer_new, key=by_length) == "y"
