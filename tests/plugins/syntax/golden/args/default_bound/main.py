class A:
    def go(self):
        pass

a = A()

def run(f=a.go):
    f()

run()
