class Base:
    def __init__(self):
        pass

class L(Base):
    def __init__(self):
        super().__init__()

class R(Base):
    def __init__(self):
        super().__init__()

class Both(L, R):
    pass

Both()
