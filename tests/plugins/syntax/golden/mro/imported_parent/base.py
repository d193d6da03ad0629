class A:
    def helper(self):
        pass
