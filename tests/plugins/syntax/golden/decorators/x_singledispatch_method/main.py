from functools import singledispatchmethod

class A:
    @singledispatchmethod
    def show(self, x):
        pass

    @show.register
    def _(self, x: int):
        self.number()

    @show.register(str)
    def _text(self, x):
        self.text()

    def number(self):
        pass

    def text(self):
        pass

A().show(1)
A().show("x")
A().show(2.0)
