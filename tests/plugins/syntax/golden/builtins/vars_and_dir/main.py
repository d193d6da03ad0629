class A:
    pass

vars(A())
dir(A)
id(A)
