class A:
    def run(self):
        pass

B = A
B().run()
