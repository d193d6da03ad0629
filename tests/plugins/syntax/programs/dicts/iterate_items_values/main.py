def cpu():
    return 10


def disk():
    return 20


def net():
    return 30


def as_key():
    return "unused"


probes = {"cpu": cpu, "disk": disk}
snapshot = {}
for name, probe in probes.items():
    snapshot[name] = probe()
assert snapshot == {"cpu": 10, "disk": 20}

probes["net"] = net
assert sum(p() for p in probes.values()) == 60

keyed = {as_key: net}
for value in keyed.values():
    assert value() == 30
