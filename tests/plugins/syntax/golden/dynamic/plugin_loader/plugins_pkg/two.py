class Two:
    def run(self):
        pass
