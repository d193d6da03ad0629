class Box:
    def __enter__(self):
        return self.content

    def __exit__(self, *a):
        pass

    def content(self):
        pass

with Box() as f:
    f()
