from services import send as package_send


def send(text):
    return package_send(text)


class Mailer:
    def send(self):
        return send("x")
