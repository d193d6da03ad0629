class LogMixin:
    def log(self):
        self.emit()

class Service(LogMixin):
    def emit(self):
        pass

Service().log()
