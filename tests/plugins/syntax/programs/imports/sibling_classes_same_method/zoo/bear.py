class Animal:
    def feed(self):
        return self.growl()

    def growl(self):
        return 1

    def roar(self):
        return self.growl()
