import importlib

for name in ["alpha", "beta"]:
    importlib.import_module(name).run()
