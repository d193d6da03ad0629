class Outer:
    class Inner:
        def run(self):
            return self.helper()

        def helper(self):
            return 1

    def make(self):
        return self.Inner()

    def run(self):
        return Outer.Inner().run()


Outer().make().run()
Outer().run()
