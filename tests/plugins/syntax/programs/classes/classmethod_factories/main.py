class Base:
    @classmethod
    def create(cls):
        instance = cls()
        instance.init()
        return instance

    def init(self):
        return "base"

    @staticmethod
    def util():
        return 1


class Child(Base):
    def init(self):
        return self.util()


Child.create().init()
Base.create()
