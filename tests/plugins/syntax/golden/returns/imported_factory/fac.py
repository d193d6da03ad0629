class A:
    def run(self):
        pass

def make():
    return A()
