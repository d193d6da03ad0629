class A:
    def run(self):
        pass

def items():
    yield A()

for item in items():
    item.run()
