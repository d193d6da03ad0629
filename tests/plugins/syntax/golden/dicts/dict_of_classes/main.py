class A:
    def run(self):
        pass

class B:
    def run(self):
        pass

classes = {"a": A, "b": B}
classes["a"]().run()
