class A:
    @property
    def helper(self):
        return B()

class B:
    def run(self):
        pass

A().helper.run()
