class Button:
    def __init__(self):
        self.on_click = None

    def click(self):
        if self.on_click:
            self.on_click(self)

    def paint(self):
        pass

def handler(button):
    button.paint()

b = Button()
b.on_click = handler
b.click()
