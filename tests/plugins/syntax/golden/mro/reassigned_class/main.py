class A:
    def run(self):
        pass

class B:
    def run(self):
        pass

Base = A

class C(Base):
    pass

C().run()
