import pytest


def run():
    pass


@pytest.fixture
def runner():
    return run


def helper(runner):
    runner()
