plugins = []


def plugin(cls):
    plugins.append(cls)
    return cls


def add_repr(cls):
    def describe(self):
        return cls.__name__ + "/" + self.kind()
    cls.describe = describe
    return cls


@plugin
@add_repr
class Csv:
    def kind(self):
        return "table"


@plugin
class Txt:
    def kind(self):
        return "text"


assert Csv().describe() == "Csv/table"
assert [p().kind() for p in plugins] == ["table", "text"]
