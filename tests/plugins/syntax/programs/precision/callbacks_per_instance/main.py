class Button:
    def __init__(self, on_click):
        self.on_click = on_click

    def click(self):
        return self.on_click()


def save():
    return 1


def load():
    return 2


def make():
    return Button(save), Button(load)


for button in make():
    button.click()
