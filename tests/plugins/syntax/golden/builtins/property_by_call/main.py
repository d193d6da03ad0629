class A:
    def get(self):
        return B()

    value = property(get)

class B:
    def run(self):
        pass

A().value.run()
