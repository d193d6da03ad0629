class A:
    def run(self):
        pass

def factory():
    return A()

factory().run()
