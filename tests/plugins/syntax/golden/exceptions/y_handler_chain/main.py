class AppError(Exception):
    status = 500

    def render(self):
        return self.body()

    def body(self):
        return "x"

class NotFound(AppError):
    status = 404

    def body(self):
        return "nf"

def view():
    raise NotFound()

def dispatch():
    try:
        view()
    except NotFound as e:
        return e.render()
    except AppError as e:
        return e.render()

dispatch()
