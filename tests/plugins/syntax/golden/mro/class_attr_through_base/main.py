class A:
    tool = None

    def use(self):
        self.tool()

def hammer():
    pass

class B(A):
    tool = staticmethod(hammer)

B().use()
