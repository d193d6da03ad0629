class JsonMixin:
    def to_json(self):
        return self.data()


class LogMixin:
    def log(self):
        return self.to_json()


class Record(LogMixin, JsonMixin):
    def data(self):
        return {}


class Unrelated:
    def data(self):
        return None


Record().log()
