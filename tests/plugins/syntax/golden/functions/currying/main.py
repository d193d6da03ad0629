def add(a):
    def with_b(b):
        def with_c(c):
            return finish(a, b, c)
        return with_c
    return with_b

def finish(a, b, c):
    return a

add(1)(2)(3)
