class Base:
    def template(self):
        return self.step()

    def step(self):
        return "base"


class Child(Base):
    def step(self):
        return "child"


class Other(Base):
    def step(self):
        return "other"


Child().template()
Other().step()
