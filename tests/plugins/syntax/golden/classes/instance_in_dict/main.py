class A:
    def m(self):
        pass

class B:
    def m(self):
        pass

reg = {"a": A(), "b": B()}
reg["a"].m()
