class A:
    def m(self):
        pass

type Alias = A

def f(x: Alias):
    x.m()
