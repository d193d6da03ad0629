class Registry:
    def __class_getitem__(cls, key):
        return cls.lookup(key)

    @classmethod
    def lookup(cls, key):
        return Entry(key)


class Entry:
    def __init__(self, key):
        self.key = key

    def show(self):
        return self.key


def main():
    Registry["x"].show()


main()
