class A:
    def handlers(self):
        return {"x": self.one}

    def one(self):
        pass

A().handlers()["x"]()
