def save():
    return "function"


class Model:
    def save(self):
        return save()

    def load(self):
        return self.save()


class Other:
    save = None

    def call(self):
        return save()


Model().load()
Other().call()
