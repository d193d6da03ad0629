class Table:
    def __init__(self):
        self.rows = {}

    def __setitem__(self, k, v):
        self.rows[k] = v

    def __getitem__(self, k):
        return self.rows[k]

def work():
    pass

t = Table()
t["a"] = work
t["a"]()
