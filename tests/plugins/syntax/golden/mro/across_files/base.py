class Base:
    def run(self):
        self.hook()

    def hook(self):
        pass
