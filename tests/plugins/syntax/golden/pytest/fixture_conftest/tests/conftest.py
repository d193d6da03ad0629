import pytest


def near():
    pass


@pytest.fixture
def action(action):
    action()
    return near
