from ..base import BaseClient
from .errors import check


class Client(BaseClient):
    def send(self):
        response = self.request()
        check(response)
        return response
