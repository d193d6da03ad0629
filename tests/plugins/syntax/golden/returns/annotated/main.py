import external_library

class User:
    def name(self):
        pass

def load() -> User:
    return external_library.load()

load().name()
