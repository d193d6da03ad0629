import a

class B(a.A):
    def back(self, x):
        x.end()
