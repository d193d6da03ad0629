def register(cls):
    return cls

@register
class A:
    def run(self):
        pass

A().run()
