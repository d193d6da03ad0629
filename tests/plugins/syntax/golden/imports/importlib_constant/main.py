import importlib

m = importlib.import_module("plug")
m.run()
