def helper(self):
    pass

class A:
    run = helper

A().run()
