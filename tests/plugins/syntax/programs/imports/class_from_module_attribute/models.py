class Cat:
    def speak(self):
        return "meow"


class Dog:
    def speak(self):
        return "woof"
