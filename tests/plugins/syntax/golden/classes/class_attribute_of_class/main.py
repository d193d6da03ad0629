class Inner:
    def run(self):
        pass

class Outer:
    kind = Inner

Outer.kind().run()
