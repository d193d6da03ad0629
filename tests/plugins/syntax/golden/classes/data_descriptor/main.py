class Field:
    def __get__(self, instance, owner):
        return self.load()

    def __set__(self, instance, value):
        self.save(value)

    def __set_name__(self, owner, name):
        pass

    def load(self):
        pass

    def save(self, value):
        pass

class Model:
    name = Field()

m = Model()
m.name = 1
m.name
