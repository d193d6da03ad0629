class B:
    def run(self):
        pass
