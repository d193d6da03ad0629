from functools import singledispatch, singledispatchmethod


@singledispatch
def show(value):
    return "object"


@show.register
def show_int(value: int):
    return "int " + str(value)


@show.register(list)
def show_list(value):
    return ",".join(show(item) for item in value)


@show.register
def show_bytes(value: bytes):
    # No bytes are shown.
    return "bytes"


class Formatter:
    @singledispatchmethod
    def fmt(self, value):
        return self.default(value)

    @fmt.register
    def _(self, value: str):
        return value.upper()

    def default(self, value):
        return repr(value)


assert show([1, None]) == "int 1,object"
assert Formatter().fmt("a") == "A"
assert Formatter().fmt(1) == "1"
