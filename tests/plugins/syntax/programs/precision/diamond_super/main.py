class Root:
    def __init__(self):
        self.setup()

    def setup(self):
        return None


class Left(Root):
    def __init__(self):
        super().__init__()

    def setup(self):
        super().setup()


class Right(Root):
    def __init__(self):
        super().__init__()

    def setup(self):
        super().setup()


class Bottom(Left, Right):
    def __init__(self):
        super().__init__()


Bottom()
