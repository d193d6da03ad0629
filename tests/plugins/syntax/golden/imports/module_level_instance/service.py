class Service:
    def run(self):
        pass

default = Service()
