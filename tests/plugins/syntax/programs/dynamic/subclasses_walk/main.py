class Base:
    def run(self):
        return self.name()

    def name(self):
        return "base"


class A(Base):
    def name(self):
        return "a"


class B(Base):
    def name(self):
        return "b"


def main():
    for cls in Base.__subclasses__():
        cls().run()


main()
