from reg import registry
import handlers

for handler in registry.values():
    handler()
registry["a"]()
