class Manager:
    def __init__(self):
        self.model = None

    def __set_name__(self, owner, name):
        self.model = owner

    def create(self):
        return self.model()
