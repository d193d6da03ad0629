class Failure(Exception):
    def explain(self):
        pass

try:
    pass
except Failure as failure:
    failure.explain()
