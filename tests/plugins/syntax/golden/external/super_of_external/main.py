from external_library import Base

class A(Base):
    def start(self):
        super().start()
