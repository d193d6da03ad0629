class AppError(Exception):
    def __init__(self, message):
        super().__init__(message)
        self.render()

    def render(self):
        pass

def fail():
    raise AppError("x")

try:
    fail()
except AppError as e:
    e.render()
