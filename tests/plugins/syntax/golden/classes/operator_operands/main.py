class Pipe:
    def __init__(self, steps):
        self.steps = steps

    def __or__(self, step):
        self.steps.append(step)
        return self

    def __iadd__(self, step):
        self.steps.insert(0, step)
        return self

    def __matmul__(self, other):
        return other.answer()

    def run(self):
        for step in self.steps:
            step()

class Other:
    def answer(self):
        pass

def one():
    pass

def two():
    pass

def never():
    pass

pipe = Pipe([])
pipe += one
(pipe | two).run()
pipe @ Other()
