class Row:
    def __getitem__(self, index):
        return Cell()

class Cell:
    def show(self):
        pass

Row()[1:2].show()
