def add_method(cls):
    def extra(self):
        return self.base()
    cls.extra = extra
    return cls

@add_method
class A:
    def base(self):
        pass

A().extra()
