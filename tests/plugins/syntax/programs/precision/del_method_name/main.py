class Tool:
    def _build():
        return 1

    size = _build()
    del _build

    def use(self):
        return self.size


Tool().use()
