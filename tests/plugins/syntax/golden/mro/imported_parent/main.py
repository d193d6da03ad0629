from base import A

class B(A):
    def run(self):
        self.helper()

B().run()
