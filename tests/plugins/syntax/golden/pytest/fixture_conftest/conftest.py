import pytest


def far():
    pass


def hidden():
    pass


@pytest.fixture
def action():
    return hidden


@pytest.fixture
def other():
    return far
