class Base:
    def run(self):
        return self.value

class A(Base):
    @property
    def value(self):
        return 1

A().run()
