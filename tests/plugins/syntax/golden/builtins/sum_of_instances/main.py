class Money:
    def __radd__(self, other):
        return self

    def __add__(self, other):
        return self

    def show(self):
        pass


sum([Money(), Money()]).show()
