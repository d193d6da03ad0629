from functools import cached_property, lru_cache, wraps, total_ordering


class Page:
    @cached_property
    def body(self):
        return self.render()

    def render(self):
        return Body()


class Body:
    def text(self):
        return 1


@lru_cache(maxsize=None)
def compute():
    return helper()


def helper():
    return 1


@total_ordering
class Version:
    def __init__(self, n):
        self.n = n

    def __lt__(self, other):
        return self.key() < other.key()

    def __eq__(self, other):
        return self.key() == other.key()

    def key(self):
        return self.n


Page().body.text()
compute()
Version(1) < Version(2)
Version(1) >= Version(2)
