class One(Exception):
    def explain(self):
        pass

class Two(Exception):
    def explain(self):
        pass

try:
    pass
except (One, Two) as failure:
    failure.explain()
