class A:
    def run(self):
        pass

def use(x):
    if isinstance(x, A):
        x.run()

use(A())
