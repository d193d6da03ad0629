class Row:
    def __reversed__(self):
        return iter([Cell()])

class Cell:
    def show(self):
        pass

    def __lt__(self, other):
        return other.weight()

    def __gt__(self, other):
        return True

    def weight(self):
        pass

for cell in reversed(Row()):
    cell.show()
sorted([Cell(), Cell()])
max(Cell(), Cell()).show()
