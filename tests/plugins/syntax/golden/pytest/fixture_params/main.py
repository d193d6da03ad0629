import pytest


class Json:
    def dump(self):
        pass


class Yaml:
    def dump(self):
        pass


@pytest.fixture(params=[Json, pytest.param(Yaml, id="yaml")])
def format(request):
    return request.param()


def test_dump(format):
    format.dump()
