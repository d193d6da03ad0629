class A:
    def run(self):
        pass

for a in [A() for _ in range(2)]:
    a.run()
