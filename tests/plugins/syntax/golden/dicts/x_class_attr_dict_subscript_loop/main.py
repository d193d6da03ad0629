class R:
    table = {}

    @classmethod
    def add(cls, k, f):
        cls.table[k] = f

    @classmethod
    def run(cls):
        for k in cls.table:
            cls.table[k]()

def a():
    pass

R.add("a", a)
R.run()
