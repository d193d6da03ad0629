import asyncio

class Client:
    async def get(self):
        return self.parse()

    def parse(self):
        return Answer()

class Answer:
    def text(self):
        pass

async def go():
    c = Client()
    (await c.get()).text()

asyncio.run(go())
