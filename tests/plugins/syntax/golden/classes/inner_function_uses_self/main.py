class A:
    def run(self):
        def helper():
            return self.work()
        return helper()

    def work(self):
        return 1

A().run()
