class Loud:
    def speak(self):
        super().speak()

class Animal:
    def speak(self):
        pass

class Dog(Loud, Animal):
    pass

Dog().speak()
