class MemoryStore:
    def __init__(self):
        self.data = {}

    def write(self, key, value):
        self.data[key] = value

    def read(self, key):
        return self.data[key]


class NullStore:
    def write(self, key, value):
        return None

    def read(self, key):
        return None
