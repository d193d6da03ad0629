import importlib

plugin = importlib.import_module("plugins.alpha")
plugin.setup()
for name in ("alpha", "beta"):
    importlib.import_module(f"plugins.{name}").run()
importlib.import_module(".beta", package="plugins").setup()
