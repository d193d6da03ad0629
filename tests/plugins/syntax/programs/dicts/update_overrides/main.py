def default_save():
    return "default save"


def default_load():
    return "default load"


def custom_save():
    return "custom save"


def extra():
    return "extra"


hooks = {"save": default_save, "load": default_load}
hooks.update({"save": custom_save})
hooks.update(extra=extra)
assert hooks["save"]() == "custom save"
assert hooks["load"]() == "default load"
assert hooks["extra"]() == "extra"
