def normalise(words):
    def strip_one(word):
        return word.strip()

    def lower_one(word):
        return strip_one(word).lower()

    result = []
    for word in words:
        result.append(lower_one(word))
    return result


def strip_one(word):
    # Module level namesake: shadowed inside normalise, never called.
    return "wrong" + word


assert normalise([" A ", "b "]) == ["a", "b"]
