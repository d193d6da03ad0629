class Repo:
    def __init__(self, session):
        self.session = session

    def all(self):
        return self.session.query(self.model)

class UserRepo(Repo):
    model = "user"

    def active(self):
        return [u for u in self.all() if u.is_active()]

class User:
    def is_active(self):
        return True

class Session:
    def query(self, model):
        return [User()]

UserRepo(Session()).active()
