class Parent:
    def __init__(self):
        self.child = Child(self)

    def called_by_child(self):
        pass

class Child:
    def __init__(self, parent):
        self.parent = parent

    def run(self):
        self.parent.called_by_child()

Parent().child.run()
