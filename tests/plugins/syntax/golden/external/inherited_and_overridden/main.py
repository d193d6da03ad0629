from external_library import Base

class A(Base):
    def run(self):
        self.local()
        self.foreign()

    def local(self):
        pass
