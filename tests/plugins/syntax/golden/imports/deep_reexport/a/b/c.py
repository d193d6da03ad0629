def run():
    helper()

def helper():
    pass

class Thing:
    def go(self):
        run()
