class Button:
    label = "ok"

    def __init__(self):
        self.on_click = None

    def click(self):
        return self.on_click(self.label)


def save(label):
    return "saved " + label


def discard(label):
    return "discarded " + label


def wire(button, action):
    button.on_click = action


yes, no = Button(), Button()
yes.on_click = save
wire(no, discard)
assert yes.click() == "saved ok"
assert no.click() == "discarded ok"
