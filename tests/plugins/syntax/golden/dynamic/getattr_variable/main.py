class A:
    def run(self):
        pass

name = "run"
getattr(A(), name)()
