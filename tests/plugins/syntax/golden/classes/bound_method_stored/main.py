class A:
    def run(self):
        pass

f = A().run
f()
