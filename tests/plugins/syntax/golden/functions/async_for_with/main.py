import asyncio

class Stream:
    def __aiter__(self):
        return self

    async def __anext__(self):
        raise StopAsyncIteration

class Conn:
    async def __aenter__(self):
        return self

    async def __aexit__(self, *a):
        self.close()

    def close(self):
        pass

    def query(self):
        pass

async def go():
    async for x in Stream():
        pass
    async with Conn() as c:
        c.query()

asyncio.run(go())
