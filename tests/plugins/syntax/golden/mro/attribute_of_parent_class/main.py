class Helper:
    def work(self):
        pass

class A:
    helper_class = Helper

    def run(self):
        self.helper_class().work()

class B(A):
    pass

B().run()
