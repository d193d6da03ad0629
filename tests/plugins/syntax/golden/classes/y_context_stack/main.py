class Span:
    current = None

    def __enter__(self):
        self.parent = Span.current
        Span.current = self
        return self

    def __exit__(self, *e):
        Span.current = self.parent
        self.finish()

    def finish(self):
        pass

    def tag(self):
        pass

def work():
    Span.current.tag()

with Span():
    work()
