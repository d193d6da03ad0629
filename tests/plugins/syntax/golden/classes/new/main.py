class A:
    def __new__(cls):
        return super().__new__(cls)

    def run(self):
        pass

A().run()
