class T:
    def __init__(self, p):
        self.p = p

    def run(self):
        pass

for t in sorted([T(2), T(1)], key=lambda t: t.p):
    t.run()
