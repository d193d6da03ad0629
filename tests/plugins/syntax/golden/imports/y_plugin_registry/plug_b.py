from core import plugin

@plugin("b")
class B:
    def execute(self):
        pass
