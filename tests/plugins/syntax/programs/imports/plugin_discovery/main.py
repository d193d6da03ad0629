import pkgutil
import importlib
import plugins


def load():
    found = []
    for info in pkgutil.iter_modules(plugins.__path__):
        module = importlib.import_module("plugins." + info.name)
        found.append(module.create())
    return found


for plugin in load():
    plugin.run()
