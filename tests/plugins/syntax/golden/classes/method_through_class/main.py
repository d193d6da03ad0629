class A:
    def run(self):
        pass

A.run(A())
