def log(f):
    def inner(*a):
        return f(*a)
    return inner

class A:
    @staticmethod
    @log
    def s():
        pass

    @classmethod
    @log
    def c(cls):
        pass

A.s()
A.c()
