class Shape:
    def describe(self):
        return f"{self.name()} {self.area()}"

    def name(self):
        return "shape"

    def area(self):
        raise NotImplementedError
