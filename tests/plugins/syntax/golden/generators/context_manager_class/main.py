class Resource:
    def __enter__(self):
        return self

    def __exit__(self, *exception):
        pass

    def read(self):
        pass

with Resource() as resource:
    resource.read()
