class Row:
    def __init__(self, cells):
        self.cells = cells

    def __getitem__(self, index):
        if isinstance(index, slice):
            return Row(self.cells[index])
        return self.cells[index]

    def __reversed__(self):
        return iter(self.cells[::-1])

    def __format__(self, spec):
        return self.text()

    def __str__(self):
        return self.text()

    def text(self):
        return "row"

    def first(self):
        return self.cells[0]


class Cell:
    def show(self):
        return 1


row = Row([Cell(), Cell()])
row[0].show()
row[0:1].first().show()
for cell in reversed(row):
    cell.show()
for cell in row:
    cell.show()
f"{row}"
str(row)
