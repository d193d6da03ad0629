from shapes.square import Square

Square(2).describe()
