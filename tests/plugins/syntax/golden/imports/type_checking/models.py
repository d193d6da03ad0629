class User:
    def name(self):
        pass
