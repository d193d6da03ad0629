import asyncio

class Src:
    def __init__(self):
        self.n = 0

    def __aiter__(self):
        return self

    async def __anext__(self):
        self.n += 1
        if self.n > 1:
            raise StopAsyncIteration
        return self.make()

    def make(self):
        return work

def work():
    pass

async def main():
    async for f in Src():
        f()

asyncio.run(main())
