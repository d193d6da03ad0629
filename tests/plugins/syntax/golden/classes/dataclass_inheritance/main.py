from dataclasses import dataclass

@dataclass
class Base:
    f: object

@dataclass
class Child(Base):
    g: object

    def run(self):
        self.f()
        self.g()

def a():
    pass

def b():
    pass

Child(a, b).run()
Child(f=a, g=b)
