class HttpError(Exception):
    def status(self):
        return 500

    def page(self):
        return "error " + str(self.status())


class NotFound(HttpError):
    def status(self):
        return 404


class Teapot(HttpError):
    def status(self):
        return 418


def view(path):
    if path == "/missing":
        raise NotFound(path)
    if path == "/crash":
        raise HttpError(path)
    return path


def serve(path):
    try:
        return view(path)
    except (NotFound, Teapot) as err:
        return err.page()
    except HttpError as err:
        return "!" + err.page()


assert serve("/") == "/"
assert serve("/missing") == "error 404"
assert serve("/crash") == "!error 500"
