class A:
    import util

    def run(self):
        self.util.work()

A().run()
