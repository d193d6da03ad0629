class A:
    @staticmethod
    def plain():
        pass

    @classmethod
    def make(cls):
        cls.plain()
        return cls()

    def run(self):
        pass

A.plain()
A.make().run()
