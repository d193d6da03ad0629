class Circle:
    def area(self):
        pass

class Square:
    def size(self):
        pass

def show(shape):
    match shape:
        case Circle():
            shape.area()
        case Square() as s:
            s.size()

show(Circle())
show(Square())
