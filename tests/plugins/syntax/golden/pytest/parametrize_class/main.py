import pytest


def add():
    pass


@pytest.mark.parametrize("action", [add])
class TestActions:
    def test_action(self, action):
        action()
