class A:
    def run(self):
        pass

class B(A):
    def run(self):
        def inner():
            super(B, self).run()
        inner()

B().run()
