class A:
    def run(self):
        pass

class B:
    def run(self):
        pass

def create(cls):
    return cls()

create(A).run()
