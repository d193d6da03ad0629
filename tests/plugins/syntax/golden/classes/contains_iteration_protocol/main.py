class Seq:
    def __getitem__(self, i):
        if i > 1:
            raise IndexError
        return i

for x in Seq():
    pass
