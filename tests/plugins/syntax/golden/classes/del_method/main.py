class A:
    def close(self):
        pass

    def __enter__(self):
        return self

    def __exit__(self, *a):
        self.close()

with A():
    pass
