from collections import OrderedDict

def one():
    pass

table = OrderedDict()
table["a"] = one
table["a"]()
