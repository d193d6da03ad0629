class Json:
    def dump(self):
        return 1


class Xml:
    def dump(self):
        return 2


def make(kind):
    if kind == "json":
        return Json()
    return Xml()


make("json").dump()
make("xml").dump()


def only():
    writer = Json()
    writer.dump()
    writer = Xml()
    return writer.dump()


only()
