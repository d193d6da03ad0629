class Document:
    def render(self):
        return self.header() + self.body()

    def header(self):
        return "doc:"

    def body(self):
        # Each instantiated subclass overrides it.
        raise NotImplementedError


class Letter(Document):
    def body(self):
        return "dear"


class Invoice(Document):
    def header(self):
        return "inv:"

    def body(self):
        return "pay"


assert Letter().render() == "doc:dear"
assert Invoice().render() == "inv:pay"
