class A:
    def clone(self):
        return self.__class__()

    def other(self):
        return type(self)()

    def run(self):
        pass

A().clone().run()
A().other().run()
