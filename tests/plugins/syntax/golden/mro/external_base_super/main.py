import threading

class Worker(threading.Thread):
    def __init__(self):
        super().__init__()

    def run(self):
        self.work()

    def work(self):
        pass

Worker().run()
