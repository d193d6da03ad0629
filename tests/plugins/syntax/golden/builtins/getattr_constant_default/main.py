class A:
    def run(self):
        pass

def other():
    pass

getattr(A(), "run", other)()
