from external_library import Base

class A(Base):
    pass

A().inherited()
