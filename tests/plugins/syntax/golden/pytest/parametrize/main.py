import pytest


def add():
    pass


def remove():
    pass


@pytest.mark.parametrize("action", [add, remove])
def test_action(action):
    action()
