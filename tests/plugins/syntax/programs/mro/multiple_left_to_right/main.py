class Swimmer:
    def move(self):
        return "swim"

    def rest(self):
        return "float"


class Flyer:
    def move(self):
        # Hidden by Swimmer.move in Duck.
        return "fly"

    def land(self):
        return "land"


class Duck(Swimmer, Flyer):
    pass


class Puffin(Duck):
    def rest(self):
        return "nest"


duck = Duck()
assert duck.move() == "swim"
assert duck.rest() == "float"
assert Puffin().land() == "land"
assert Puffin().rest() == "nest"
