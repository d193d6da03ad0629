class A:
    @staticmethod
    def one():
        A.two()

    @staticmethod
    def two():
        pass

    @classmethod
    def three(cls):
        cls.one()

A.three()
