class Target:
    def start(self):
        return "started"

    def stop(self):
        return "stopped"

    def direct(self):
        return "target"


class Proxy:
    def __init__(self, target):
        self._target = target
        self._log = []

    def __getattr__(self, name):
        attr = getattr(self._target, name)

        def recorded(*args):
            self._log.append(name)
            return attr(*args)
        return recorded

    def direct(self):
        return "proxy"


proxy = Proxy(Target())
assert proxy.start() == "started"
assert proxy.stop() == "stopped"
assert proxy.direct() == "proxy"
assert proxy._log == ["start", "stop"]
