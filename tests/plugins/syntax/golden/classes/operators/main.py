class Number:
    def __add__(self, other):
        return Number()

    def show(self):
        pass

(Number() + Number()).show()
