import clock
import report


def frozen():
    return 1000


def thawed():
    return 2000


clock.now = frozen
assert report.stamp() == "t=1000"
assert report.cached() == "c=5"
clock.now = thawed
assert report.stamp() == "t=2000"
