class Service:
    def handle(self, **request):
        return self.route(**request)

    def route(self, verb, **rest):
        if verb == "get":
            return self.get(**rest)
        return self.put(**rest)

    def get(self, key, missing):
        return missing(key)

    def put(self, key, value):
        return (key, value())


def compute():
    return 7


def not_found(key):
    return "no " + key


def explode(key):
    # Defined for symmetry only.
    raise KeyError(key)


service = Service()
assert service.handle(verb="get", key="a", missing=not_found) == "no a"
assert service.handle(verb="put", value=compute, key="b") == ("b", 7)
