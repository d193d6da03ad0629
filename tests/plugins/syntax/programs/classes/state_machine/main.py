class Machine:
    def __init__(self):
        self.state = self.idle

    def idle(self):
        self.state = self.running

    def running(self):
        self.state = self.stopped

    def stopped(self):
        return None

    def step(self):
        self.state()


machine = Machine()
for _ in range(3):
    machine.step()
