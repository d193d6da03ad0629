from .manager import Manager


class User:
    objects = Manager()

    def greet(self):
        return 1
