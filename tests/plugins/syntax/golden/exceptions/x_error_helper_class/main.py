class Errors:
    class NotFound(Exception):
        def text(self):
            return "x"

    @classmethod
    def fail(cls):
        raise cls.NotFound()

try:
    Errors.fail()
except Errors.NotFound as e:
    e.text()
