class _Private:
    def run(self):
        pass

    @classmethod
    def make(cls):
        return cls()
