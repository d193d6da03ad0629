class A:
    def run(self):
        self.step()

    def step(self):
        pass

class B(A):
    def run(self):
        A.run(self)

B().run()
