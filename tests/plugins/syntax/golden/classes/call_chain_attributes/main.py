class Logger:
    def info(self, m):
        self.write(m)

    def write(self, m):
        print(m)

class App:
    logger = Logger()

    def run(self):
        self.logger.info("x")

App().run()
