class Guard:
    def __enter__(self):
        return self

    def __exit__(self, kind, value, trace):
        self.log()
        return True

    def log(self):
        pass

def risky():
    raise ValueError("x")

with Guard():
    risky()
