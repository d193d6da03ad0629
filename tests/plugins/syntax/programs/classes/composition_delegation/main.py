from storage import MemoryStore, NullStore


class Service:
    def __init__(self, store):
        self.store = store
        self.codec = Codec(self)

    def put(self, key, value):
        self.store.write(key, self.codec.pack(value))

    def get(self, key):
        return self.codec.unpack(self.store.read(key))

    def mark(self):
        return "~"


class Codec:
    def __init__(self, owner):
        self.owner = owner

    def pack(self, value):
        return self.owner.mark() + value

    def unpack(self, value):
        return value[1:]


service = Service(MemoryStore())
service.put("k", "v")
assert service.get("k") == "v"
assert service.store.read("k") == "~v"
assert NullStore is not MemoryStore
