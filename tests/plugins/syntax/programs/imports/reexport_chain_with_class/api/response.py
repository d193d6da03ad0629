class Response:
    def ok(self):
        return True

    def read(self):
        return b""
