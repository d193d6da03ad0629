def setup():
    return "setup"


def work():
    return "work"


def teardown():
    return "teardown"


def steps():
    yield setup
    yield work
    yield teardown


def after_the_end():
    # No step yields this one.
    return "never"


results = []
for step in steps():
    results.append(step())
assert results == ["setup", "work", "teardown"]
