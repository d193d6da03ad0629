import abc

class Exporter(abc.ABC):
    def export(self):
        data = self.collect()
        return self.write(data)

    @abc.abstractmethod
    def collect(self): ...

    def write(self, d):
        return self.encode(d)

    def encode(self, d):
        return d

class Csv(Exporter):
    def collect(self):
        return []

    def encode(self, d):
        return super().encode(d)

Csv().export()
