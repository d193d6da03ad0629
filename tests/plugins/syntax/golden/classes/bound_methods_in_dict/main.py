class Shell:
    def __init__(self):
        self.commands = {"go": self.go, "stop": self.stop}

    def go(self):
        pass

    def stop(self):
        pass

    def run(self):
        self.commands["stop"]()

Shell().run()
