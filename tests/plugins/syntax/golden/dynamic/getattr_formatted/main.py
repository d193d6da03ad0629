class Visitor:
    def visit_name(self, node):
        pass

    def visit_call(self, node):
        pass

    def leave(self):
        pass

    def generic(self, node):
        pass

    def visit(self, node):
        getattr(self, f"visit_{node}", self.generic)(node)


Visitor().visit("name")
