class Button:
    def __init__(self, label, **callbacks):
        self.label = label
        self.callbacks = callbacks

    def trigger(self, event, **details):
        return self.callbacks[event](self, **details)


class Toggle(Button):
    def __init__(self, *args, **kwargs):
        kwargs.setdefault("click", flip)
        super().__init__(*args, **kwargs)


def save(button, path):
    return button.label + ":" + path


def flip(button, value=False):
    return not value


def hover(button):
    # Registered, but the event is never triggered.
    return None


assert Button("save", click=save, hover=hover).trigger("click", path="x") == "save:x"
assert Toggle("on").trigger("click", value=False) is True
