class Exporter:
    def export(self, text):
        return self.wrap(self.prepare(text))

    def prepare(self, text):
        return text

    def wrap(self, text):
        return text
