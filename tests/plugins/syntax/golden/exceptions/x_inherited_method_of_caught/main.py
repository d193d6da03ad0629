class Base(Exception):
    def text(self):
        return "x"

class Sub(Base):
    pass

try:
    raise Sub()
except Sub as e:
    e.text()
