class Outer:
    class Inner:
        def run(self):
            pass

    def make(self):
        return Outer.Inner()

Outer().make().run()
