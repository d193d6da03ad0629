class A:
    def run(self, f=lambda s: s.go()):
        f(self)

    def go(self):
        pass

A().run()
