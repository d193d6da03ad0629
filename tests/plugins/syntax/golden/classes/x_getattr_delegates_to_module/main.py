class Lazy:
    def __getattr__(self, name):
        import real
        setattr(self, name, getattr(real, name))
        return getattr(real, name)

lazy = Lazy()

def one():
    lazy.one()

def two():
    lazy.two()

one()
two()
