import registry
import plugins


def run_all(value):
    for name in sorted(registry.PLUGINS):
        value = registry.PLUGINS[name](value)
    return value


assert run_all(3) == 16
assert registry.lookup("grow")(0) == 1
