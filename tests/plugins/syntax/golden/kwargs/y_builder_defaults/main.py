def make(cls, **defaults):
    def build(**kw):
        return cls(**{**defaults, **kw})
    return build

class Widget:
    def __init__(self, on_click, label):
        self.on_click = on_click

    def click(self):
        self.on_click()

def f():
    pass

make(Widget, label="x")(on_click=f).click()
