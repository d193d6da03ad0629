class Worker:
    def work(self):
        self.finish()

    def finish(self):
        pass

def run(action):
    action()

run(Worker().work)
