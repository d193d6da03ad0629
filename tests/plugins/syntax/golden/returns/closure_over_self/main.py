class A:
    def handler(self):
        def inner():
            self.work()
        return inner

    def work(self):
        pass

A().handler()()
