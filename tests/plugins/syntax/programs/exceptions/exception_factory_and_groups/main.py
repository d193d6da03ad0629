class Issue(Exception):
    def weight(self):
        return 1


class Critical(Issue):
    def weight(self):
        return 10


def make_issue(level):
    kind = Critical if level > 5 else Issue
    return kind(level)


def run_all(levels):
    problems = [make_issue(level) for level in levels]
    raise ExceptionGroup("many", problems)


total = 0
try:
    run_all([1, 9, 2])
except* Critical as critical:
    for exc in critical.exceptions:
        total += exc.weight()
except* Issue as minor:
    for exc in minor.exceptions:
        total += exc.weight()
assert total == 12
