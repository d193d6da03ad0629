REG = {}

def register(cls):
    REG[cls.__name__] = cls
    return cls

@register
class A:
    def run(self):
        pass

A().run()
for c in REG.values():
    c().run()
