from base import Base

class Mid(Base):
    def hook(self):
        super().hook()
