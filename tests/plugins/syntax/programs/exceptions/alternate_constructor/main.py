class ConfigError(ValueError):
    @classmethod
    def missing(cls, key):
        return cls(cls.message(key, "missing"))

    @classmethod
    def invalid(cls, key):
        return cls(cls.message(key, "invalid"))

    @staticmethod
    def message(key, what):
        return what + " " + key


def get(config, key):
    if key not in config:
        raise ConfigError.missing(key)
    if config[key] is None:
        raise ConfigError.invalid(key)
    return config[key]


messages = []
for key in ("a", "b"):
    try:
        get({"a": None}, key)
    except ValueError as exc:
        messages.append(str(exc))
assert messages == ["invalid a", "missing b"]
