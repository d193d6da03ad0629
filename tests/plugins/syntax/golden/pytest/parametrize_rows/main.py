import pytest


class A:
    def run(self):
        pass


def check():
    pass


def check_more():
    pass


@pytest.mark.parametrize("cls, checked", [(A, check), pytest.param(A, check_more, id="more")])
def test_rows(cls, checked):
    cls().run()
    checked()
