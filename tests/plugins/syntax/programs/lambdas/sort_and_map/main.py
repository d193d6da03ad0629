def surname(person):
    return person.split()[-1]


def initial(word):
    return word[0]


def adult(age):
    return age >= 18


def minor(age):
    # filter() below is lazy and never consumed.
    return age < 18


people = ["Zoe Adams", "Al Young", "Mo Brown"]
ordered = sorted(people, key=lambda p: surname(p))
letters = list(map(lambda p: initial(p), ordered))
grown = [age for age in filter(lambda a: adult(a), [3, 20])]
lazy = filter(lambda a: minor(a), [3, 20])

assert letters == ["Z", "M", "A"]
assert grown == [20]
