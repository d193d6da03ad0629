class A:
    def start(self):
        pass

    def stop(self):
        pass

a = A()
for name in ("start", "stop"):
    getattr(a, name)()
