class Engine:
    @classmethod
    def create(cls):
        return cls()

    def start(self):
        return self._run()

    def stop(self):
        return 0

    def _run(self):
        return 1
