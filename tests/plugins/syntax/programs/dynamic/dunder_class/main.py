class Animal:
    registry = []

    def __init__(self, name):
        self.name = name
        self.__class__.register(self)

    @classmethod
    def register(cls, animal):
        cls.registry.append(animal)

    def clone(self):
        return self.__class__(self.name + "2")

    def speak(self):
        return self.__class__.sound(self)

    def sound(self):
        return "..."


class Dog(Animal):
    def sound(self):
        return "woof"


dog = Dog("rex").clone()
assert dog.name == "rex2"
assert dog.speak() == "woof"
assert len(Animal.registry) == 2
