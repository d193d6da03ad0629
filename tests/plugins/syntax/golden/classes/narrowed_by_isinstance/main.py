class Shape:
    def name(self):
        pass

class Circle(Shape):
    def name(self):
        pass

class Square(Shape):
    def name(self):
        pass

class Line:
    def name(self):
        pass

def positive(shape):
    if isinstance(shape, Circle):
        shape.name()
    else:
        shape.name()
    if isinstance(shape, (Square, Line)):
        shape.name()

def left(shape):
    if not isinstance(shape, Shape):
        return
    shape.name()

def rest(shape):
    if isinstance(shape, Line) or isinstance(shape, Circle):
        return
    shape.name()

def unknown(shape):
    if isinstance(shape, Line):
        shape.name()

for shape in (Circle(), Square(), Line()):
    positive(shape)
    left(shape)
    rest(shape)
