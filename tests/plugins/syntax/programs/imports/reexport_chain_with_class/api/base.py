from .response import Response


class BaseClient:
    @classmethod
    def connect(cls):
        return cls()

    def request(self):
        return Response()
