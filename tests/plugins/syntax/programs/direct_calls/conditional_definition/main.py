import sys

if sys.version_info >= (3, 0):
    def text_type(value):
        return str(value)
else:
    def text_type(value):
        return repr(value)

try:
    from fast_impl_that_is_missing import checksum
except ImportError:
    def checksum(data):
        return slow_sum(data) % 7


def slow_sum(data):
    total = 0
    for item in data:
        total += item
    return total


assert text_type(3) == "3"
assert checksum([5, 5]) == 3
