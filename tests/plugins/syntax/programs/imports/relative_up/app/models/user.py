class User:
    def save(self):
        return self.check()

    def check(self):
        return True


def find():
    return User()
