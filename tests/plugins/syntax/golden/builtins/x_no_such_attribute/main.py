class A(list):
    pass

empty = object()
pair = (1, 2)
A().append(1)

def unknown(x=empty, y=pair):
    x.anything()
    y.split()
