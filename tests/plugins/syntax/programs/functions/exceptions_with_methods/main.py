class AppError(Exception):
    def __init__(self, code):
        super().__init__(code)
        self.code = code

    def describe(self):
        return self.title()

    def title(self):
        return "app"


class NotFound(AppError):
    def title(self):
        return "missing " + super().title()


def fail():
    raise NotFound(404)


def build():
    return AppError(1)


try:
    fail()
except (KeyError, AppError) as error:
    error.describe()
try:
    raise build()
except AppError as error:
    error.title()
else:
    fail()
try:
    try:
        fail()
    except NotFound as inner:
        raise AppError(2) from inner
except AppError as outer:
    outer.__cause__.describe()
