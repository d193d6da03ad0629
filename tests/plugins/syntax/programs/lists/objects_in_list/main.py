class Dog:
    def speak(self):
        return "woof"


class Cat:
    def speak(self):
        return "meow"


class Fish:
    def speak(self):
        # Not in the choir.
        return ""


def conduct(choir):
    return [member.speak() for member in choir]


kinds = [Dog, Cat]
choir = [kind() for kind in kinds]
assert conduct(choir) == ["woof", "meow"]

voices = [Dog().speak, choir[1].speak]
while voices:
    voice = voices.pop(0)
    assert voice() in ("woof", "meow")
silent = Fish()
