class StorageError(Exception):
    def reason(self):
        return "storage"


class AppError(Exception):
    def __init__(self, message, origin):
        super().__init__(message)
        self.origin = origin

    def explain(self):
        return self.args[0] + " because " + self.origin.reason()


def read():
    raise StorageError()


def load():
    try:
        read()
    except StorageError as exc:
        raise AppError("load failed", exc) from exc


try:
    load()
except AppError as outer:
    assert outer.explain() == "load failed because storage"
    assert outer.__cause__.reason() == "storage"
