import pytest


class Connection:
    def open(self):
        pass

    def close(self):
        pass

    def send(self):
        pass


@pytest.fixture(scope="module")
def connection():
    made = Connection()
    made.open()
    yield made
    made.close()


class TestConnection:
    def test_send(self, connection):
        connection.send()
