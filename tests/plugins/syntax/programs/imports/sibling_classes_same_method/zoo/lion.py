class Animal:
    def feed(self):
        return self.roar()

    def roar(self):
        return 1
