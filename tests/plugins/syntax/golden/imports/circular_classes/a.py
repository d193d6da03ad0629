class A:
    def go(self):
        from b import B
        B().back(self)

    def end(self):
        pass
