class Cat:
    def meow(self):
        return 1

    def name(self):
        return 1


class Dog:
    def bark(self):
        return 2

    def name(self):
        return 2


def talk(animal):
    if isinstance(animal, Cat):
        animal.name()
        return animal.meow()
    return animal.bark()


talk(Cat())
talk(Dog())
