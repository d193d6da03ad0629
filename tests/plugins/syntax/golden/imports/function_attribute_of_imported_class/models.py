class User:
    @staticmethod
    def create():
        return User()

    def save(self):
        pass
