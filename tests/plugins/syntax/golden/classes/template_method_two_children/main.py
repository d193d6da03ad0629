class Base:
    def run(self):
        self.step()

class A(Base):
    def step(self):
        pass

class B(Base):
    def step(self):
        pass

A().run()
B().run()
