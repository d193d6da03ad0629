class Adder:
    def __init__(self, n):
        self.n = n

    def __call__(self, x):
        return self.add(x)

    def add(self, x):
        return self.n + x


add_one = Adder(1)
add_one(2)
Adder(2)(3)
list(map(Adder(3), [1, 2]))
pipeline = [Adder(1), Adder(2)]
for step in pipeline:
    step(1)
