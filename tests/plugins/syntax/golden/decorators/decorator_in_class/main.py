class A:
    def deco(f):
        def inner(self):
            return f(self)
        return inner

    @deco
    def run(self):
        pass

A().run()
