import importlib

module = importlib.import_module("plugin")
module.start()
