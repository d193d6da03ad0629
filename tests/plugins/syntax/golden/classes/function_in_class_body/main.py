def helper():
    return 1

class A:
    value = helper()
