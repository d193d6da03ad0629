from functools import total_ordering, cmp_to_key


@total_ordering
class Rank:
    def __init__(self, n):
        self.n = n

    def __eq__(self, o):
        return self.n == o.n

    def __lt__(self, o):
        return self.n < o.n


def compare(a, b):
    return a.n - b.n


def main():
    rs = [Rank(3), Rank(1)]
    rs.sort()
    sorted(rs, key=cmp_to_key(compare))
    max(rs)
    return rs[0] > rs[1]


main()
