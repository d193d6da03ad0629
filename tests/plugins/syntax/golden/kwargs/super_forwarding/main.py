class Base:
    def __init__(self, hook=None):
        self.hook = hook

    def fire(self):
        self.hook()

class Child(Base):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)

def h():
    pass

Child(hook=h).fire()
