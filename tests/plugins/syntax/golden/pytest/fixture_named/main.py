from pytest import fixture


def run():
    pass


@fixture(name="runner")
def make_runner():
    return run


def test_run(runner):
    runner()
