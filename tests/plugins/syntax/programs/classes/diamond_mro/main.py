trace = []


class Root:
    def setup(self):
        trace.append("root")

    def name(self):
        return "root"


class Logged(Root):
    def setup(self):
        trace.append("logged")
        super().setup()

    def name(self):
        return "logged"


class Cached(Root):
    def setup(self):
        trace.append("cached")
        super().setup()

    def clear(self):
        return "clear " + self.name()


class Both(Logged, Cached):
    def setup(self):
        trace.append("both")
        super().setup()


obj = Both()
obj.setup()
assert trace == ["both", "logged", "cached", "root"]
assert obj.clear() == "clear logged"
