import pytest


def a():
    pass


def b():
    pass


@pytest.fixture
def act():
    return a


class TestOwn:
    @pytest.fixture
    def act(self):
        return b

    def test_own(self, act):
        act()


def test_module(act):
    act()
