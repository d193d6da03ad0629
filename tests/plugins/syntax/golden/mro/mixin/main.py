class Mixin:
    def run(self):
        self.target()

class A(Mixin):
    def target(self):
        pass

A().run()
