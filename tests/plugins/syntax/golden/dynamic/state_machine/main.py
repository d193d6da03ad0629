class Machine:
    def __init__(self):
        self.state = self.start

    def start(self):
        self.state = self.end

    def end(self):
        self.state = None

    def run(self):
        while self.state:
            self.state()

Machine().run()
