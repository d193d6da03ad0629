def one():
    pass

def two():
    pass

def given(action=one):
    action()

def left_out(action=one, *, last=two):
    action()
    last()

def spread(action=one):
    action()

def uncalled(action=one):
    action()

class Box:
    def __init__(self, action=one):
        self.action = action

given(two)
given(action=two)
left_out()
left_out(two)
spread(*[two])
spread(*[])
Box(two).action()
