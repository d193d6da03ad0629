def test_it(action, other):
    action()
    other()
