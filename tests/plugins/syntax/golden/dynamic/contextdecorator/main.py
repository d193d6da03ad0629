class Repo:
    def __init__(self, factory):
        self._factory = factory

    def get(self):
        return self._factory()

class Session:
    def query(self):
        pass

Repo(Session).get().query()
Repo(lambda: Session()).get().query()
