class Service:
    def client(self):
        from client import FancyClient

        return FancyClient()
