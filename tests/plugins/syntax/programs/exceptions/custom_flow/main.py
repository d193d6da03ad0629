class Base(Exception):
    handlers = []

    @classmethod
    def on_error(cls, handler):
        cls.handlers.append(handler)

    def handle(self):
        for handler in self.handlers:
            handler(self)
        return self.status()

    def status(self):
        return 500


class Missing(Base):
    def status(self):
        return 404


def report(error):
    return str(error)


def risky(kind):
    if kind:
        raise kind("x")
    return succeed


def succeed():
    return 1


Base.on_error(report)
for kind in (Missing, None):
    try:
        function = risky(kind)
    except Base as error:
        error.handle()
    else:
        function()
    finally:
        report("done")


def reraise():
    try:
        risky(Missing)
    except Missing as error:
        raise RuntimeError from error


try:
    reraise()
except RuntimeError as outer:
    outer.__cause__.status()
