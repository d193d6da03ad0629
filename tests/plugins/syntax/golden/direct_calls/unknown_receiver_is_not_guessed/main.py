class A:
    def save(self):
        pass

def run(thing):
    thing.save()
