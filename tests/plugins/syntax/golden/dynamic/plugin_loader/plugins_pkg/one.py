class One:
    def run(self):
        pass
