class Client:
    def send(self):
        return "plain"


class FancyClient(Client):
    def send(self):
        return super().send() + "!"
