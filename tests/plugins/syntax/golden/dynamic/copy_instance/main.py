import copy

class A:
    def run(self):
        pass

copy.copy(A()).run()
copy.deepcopy(A()).run()
