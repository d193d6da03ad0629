from pkg.core import work

def test_work():
    work()
