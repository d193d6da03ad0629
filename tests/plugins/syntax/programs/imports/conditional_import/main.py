import sys

try:
    from a_module_that_is_not_there import encode
except ImportError:
    from fallback import encode

if sys.version_info >= (3, 0):
    from modern import greet
else:
    from ancient import greet

try:
    import modern as engine
except ImportError:
    import ancient as engine

assert encode("x") == "x!"
assert greet("bo") == "hi bo"
assert engine.leave("bo") == "bye bo"
