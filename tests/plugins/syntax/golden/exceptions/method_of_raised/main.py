class Failure(Exception):
    def report(self):
        self.render()

    def render(self):
        pass

def run():
    failure = Failure()
    failure.report()
    raise failure
