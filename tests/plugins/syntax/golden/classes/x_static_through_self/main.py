class A:
    @staticmethod
    def s(x):
        return x

    @classmethod
    def c(cls):
        return cls.s(1)

    def run(self):
        self.s(1)
        self.c()

A().run()
