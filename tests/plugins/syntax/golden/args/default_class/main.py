class A:
    def go(self):
        pass

def run(cls=A):
    cls().go()

run()
