def base():
    class Base:
        def run(self):
            pass
    return Base

class A(base()):
    pass

A().run()
