class Store:
    def get(self):
        # Right does not delegate further, so nobody arrives here.
        return "store"

    def flush(self):
        return "flushed"


class Cached(Store):
    def get(self):
        return "cached-" + super().get()


class Remote(Store):
    def get(self):
        return "remote"


class Hybrid(Cached, Remote):
    def flush(self):
        return super().flush().upper()


hybrid = Hybrid()
assert hybrid.get() == "cached-remote"
assert hybrid.flush() == "FLUSHED"
